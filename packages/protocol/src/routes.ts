export interface CustomMethod {
  verb: 'GET' | 'POST'
  /** Of a good answer. */
  status: number
  /** A segment before the id, which says whose id it is where that is not plain. */
  under?: string
}

/**
 * Custom methods and the REST paths they stand under: `<verb> /<service>/[<under>/]:id/<method>`. Over a socket the
 * same method is called by its name with `{id, …}`.
 */
export const customMethods = {
  users: {
    'sign-out-everywhere': { verb: 'POST', status: 200 },
  },
  worktrees: {
    access: { verb: 'GET', status: 200 },
    disk: { verb: 'GET', status: 200 },
    files: { verb: 'GET', status: 200 },
  },
  sessions: {
    prompt: { verb: 'POST', status: 201 },
    stop: { verb: 'POST', status: 202 },
    continue: { verb: 'POST', status: 202 },
    report: { verb: 'POST', status: 200 },
    info: { verb: 'GET', status: 200 },
    diff: { verb: 'GET', status: 200 },
    'has-session-error': { verb: 'GET', status: 200 },
    'fix-sessions': { verb: 'POST', status: 200 },
    fork: { verb: 'POST', status: 201 },
    spawn: { verb: 'POST', status: 201 },
    family: { verb: 'GET', status: 200 },
  },
  tasks: {
    'has-session-error': { verb: 'GET', status: 200, under: 'by-task-id' },
    'fix-sessions': { verb: 'POST', status: 200, under: 'by-task-id' },
  },
  attachments: {
    content: { verb: 'GET', status: 200 },
  },
  messages: {
    chunk: { verb: 'POST', status: 200 },
  },
  runtimes: {
    register: { verb: 'POST', status: 200 },
    heartbeat: { verb: 'POST', status: 200 },
    claim: { verb: 'POST', status: 200 },
  },
} as const satisfies Record<string, Record<string, CustomMethod>>

/** The names of a service's custom methods, none for most. */
export const customMethodsOf = (service: string): string[] =>
  Object.hasOwn(customMethods, service)
    ? Object.keys(customMethods[service as keyof typeof customMethods])
    : []

/** A custom method of a service, or undefined where it has none of that name. */
export function customMethodOf(service: string, method: string): CustomMethod | undefined {
  const methods: Record<string, CustomMethod> = Object.hasOwn(customMethods, service)
    ? customMethods[service as keyof typeof customMethods]
    : {}
  return Object.hasOwn(methods, method) ? methods[method] : undefined
}

/** The REST path of a custom method, for an id or for a placeholder. */
export const customPath = (service: string, method: string, id: string): string =>
  ['', service, customMethodOf(service, method)?.under, id, method]
    .filter((part) => part !== undefined)
    .join('/')

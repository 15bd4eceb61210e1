/**
 * Custom methods and the REST paths they stand under: `<verb> /<service>/:id/<method>`. Over a socket the
 * same method is called by its name with `{id, …}`.
 */
export const customMethods = {
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
    'has-session-error': { verb: 'GET', status: 200 },
    'fix-sessions': { verb: 'POST', status: 200 },
  },
  messages: {
    chunk: { verb: 'POST', status: 200 },
  },
  runtimes: {
    register: { verb: 'POST', status: 200 },
    heartbeat: { verb: 'POST', status: 200 },
    claim: { verb: 'POST', status: 200 },
  },
} as const satisfies Record<string, Record<string, { verb: 'GET' | 'POST'; status: number }>>

/** The names of a service's custom methods, none for most. */
export const customMethodsOf = (service: string): string[] =>
  Object.hasOwn(customMethods, service)
    ? Object.keys(customMethods[service as keyof typeof customMethods])
    : []

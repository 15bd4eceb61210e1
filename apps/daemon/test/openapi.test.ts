import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { getServiceOptions } from '@feathersjs/feathers'
import { customMethods, customPath, errorTable } from '@yardmaster/protocol'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'

interface Operation {
  operationId: string
  summary: string
  security: object[]
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, { description?: string }>>
}

let yard: TestDaemon
let document: Document
beforeAll(async () => {
  yard = await startTestDaemon()
  const answer = await fetch(`${yard.url}/openapi.json`)
  expect(answer.status).toBe(200)
  document = (await answer.json()) as Document
})
afterAll(() => yard?.stop())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({
      call: `${verb.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  )

const resolve = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document)

describe('the document', () => {
  // The validator is an ES module, which jest's CommonJS cannot load: it runs in a process of its own.
  test('is valid OpenAPI 3.1', async () => {
    const script = `
      import { Validator } from '@seriousme/openapi-schema-validator'
      let text = ''
      for await (const chunk of process.stdin) text += chunk
      const validator = new Validator()
      const { valid, errors } = await validator.validate(JSON.parse(text))
      console.log(JSON.stringify({ valid, errors, version: validator.version }))`
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: __dirname,
    })
    run.child.stdin?.end(JSON.stringify(document))
    expect(JSON.parse((await run).stdout)).toEqual({ valid: true, version: '3.1' })
    expect(document.openapi).toMatch(/^3\.1\./)
  })

  test('has every method that is served over REST, under the path it has, and nothing else', () => {
    const verbs: Record<string, string> = {
      find: 'GET /',
      get: 'GET /{id}',
      create: 'POST /',
      patch: 'PATCH /{id}',
      remove: 'DELETE /{id}',
    }
    const custom = customMethods as Record<string, Record<string, { verb: string }>>
    const served = Object.entries(yard.daemon.app.services as Record<string, object>).flatMap(
      ([path, service]) =>
        (getServiceOptions(service as never).methods ?? []).map((method) => {
          if (verbs[method]) return verbs[method].replace('/', `/${path}/`).replace(/\/$/, '')
          return `${custom[path]?.[method]?.verb} ${customPath(path, method, '{id}')}`
        }),
    )
    const expected = served.map((call) =>
      // Signing out names no row.
      call === 'DELETE /authentication/{id}' ? 'DELETE /authentication' : call,
    )
    expect(
      operations()
        .map(({ call }) => call)
        .sort(),
    ).toEqual([...expected, 'GET /healthz', 'GET /readyz'].sort())
  })

  test('gives each operation a name of its own, a token where one is needed, and failures', () => {
    const names = operations().map(({ operation }) => operation.operationId)
    expect(new Set(names).size).toBe(names.length)
    const open = operations().filter(({ operation }) => operation.security.length === 0)
    expect(open.map(({ call }) => call).sort()).toEqual([
      'GET /healthz',
      'GET /readyz',
      'POST /authentication',
    ])
    for (const { path, operation } of operations())
      if (!path.endsWith('z'))
        expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '401', '500']))
  })

  test('says of each operation what it does and what it answers', () => {
    const silent = operations().filter(({ operation }) => {
      const [, answer] = Object.entries(operation.responses).find(([status]) => status < '300')!
      const schema = Object.values(answer.content ?? {})[0]?.schema ?? {}
      const method = operation.operationId.split('.')[1]
      return Object.keys(schema).length === 0 || operation.summary === method
    })
    expect(silent.map(({ call }) => call)).toEqual([])
  })

  test('names all the error codes of the table and no other, each with its meaning', () => {
    const codes = Object.keys(errorTable)
    expect(resolve('#/components/schemas/Error/properties/data/properties/code/enum')).toEqual(codes)
    const meanings = Object.values(document.components.responses ?? {})
      .map(({ description }) => description)
      .join('\n')
      .split('\n')
    expect(meanings.sort()).toEqual(
      Object.entries(errorTable)
        .map(([code, { message }]) => `- \`${code}\`: ${message}`)
        .sort(),
    )
  })

  test('refers to nothing that is not there, and keeps nothing that nobody refers to', () => {
    const refs = new Set([...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!))
    expect(refs.size).toBeGreaterThan(20)
    for (const ref of refs) expect([ref, resolve(ref)]).toEqual([ref, expect.any(Object)])
    for (const name of Object.keys(document.components.schemas ?? {}))
      expect(refs).toContain(`#/components/schemas/${name}`)
  })

  test('tells each kind of principal what it may patch', () => {
    const schema = document.paths['/tasks/{id}']?.patch?.requestBody?.content['application/json']?.schema
    expect(schema).toEqual({
      anyOf: [
        { $ref: '#/components/schemas/TaskUserPatch' },
        { $ref: '#/components/schemas/TaskExecutorPatch' },
        { $ref: '#/components/schemas/TaskRuntimePatch' },
      ],
    })
  })

  test('has the id of a custom method in its path, the rest of a GET in the query', () => {
    const named = (id: string) =>
      operations().find(({ operation }) => operation.operationId === id)?.operation
    const diff = named('sessions.diff')
    const prompt = named('sessions.prompt')
    expect(diff?.parameters?.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual([
      'path id',
      'query task_id',
    ])
    expect(diff?.requestBody).toBeUndefined()
    expect(prompt?.requestBody?.content['application/json']?.schema).toMatchObject({ required: ['prompt'] })
    expect(prompt?.requestBody?.content['application/json']?.schema).not.toHaveProperty('properties.id')
  })
})

describe('the page', () => {
  test('is at /docs/, with all its files and no others than its own', async () => {
    const led = await fetch(`${yard.url}/docs`, { redirect: 'manual' })
    expect([led.status, led.headers.get('location')]).toEqual([302, '/docs/'])
    const page = await fetch(`${yard.url}/docs/`)
    const html = await page.text()
    expect(page.headers.get('content-type')).toMatch('text/html')
    expect(page.headers.get('content-security-policy')).toMatch("script-src 'self';")
    expect(html).not.toMatch(/<script>|<style|https?:/)

    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!)
    expect(files).toContain('./swagger-ui-bundle.js')
    for (const file of files) {
      const answer = await fetch(new URL(file, `${yard.url}/docs/`))
      expect([file, answer.status]).toEqual([file, 200])
      await answer.arrayBuffer()
    }
    const script = await (await fetch(`${yard.url}/docs/swagger-initializer.js`)).text()
    const [, url] = /url: '([^']+)'/.exec(script)!
    expect(new URL(url!, `${yard.url}/docs/`).pathname).toBe('/openapi.json')
    expect(script).toMatch('validatorUrl: null')
    expect(script).not.toMatch(/https?:/)
  })

  test('has nothing beside its files', async () => {
    const answer = await fetch(`${yard.url}/docs/nothing.js`)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ data: { code: 'NO_SUCH_ROUTE' } })
  })
})

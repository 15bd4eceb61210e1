import type { Client } from '@yardmaster/client'
import type { Runtime } from '@yardmaster/protocol'
import { explain } from '../failures.js'
import { ago } from '../output/time.js'
import { allRows } from '../pages.js'
import { broken, type Check, ok, warning } from './check.js'

/** Whether the daemon serves and its database answers. */
export async function checkDaemon(url: string): Promise<Check[]> {
  const [health, readiness] = await Promise.all([ask(`${url}/healthz`), ask(`${url}/readyz`)])
  if (!health)
    return [
      broken(
        'daemon',
        `none answers at ${url}: start it with \`yardmaster start\` (in a clone: \`npm start\`)`,
      ),
    ]
  if (health.status !== 200)
    return [broken('daemon', `${url} answers ${health.status}: is it a Yardmaster daemon?`)]
  const version = health.body?.version
  return [
    ok('daemon', `${url}${typeof version === 'string' ? `, version ${version}` : ''}`),
    readiness?.status === 200
      ? ok('readiness', 'the database answers and is migrated')
      : broken('readiness', messageOf(readiness?.body) ?? 'the database does not answer, or is not migrated'),
  ]
}

/** Runtimes, their harnesses and how well those are shut in, as far as the user may see them. */
export async function checkRuntimes(daemon: Client): Promise<Check[]> {
  try {
    return (await allRows(daemon.service('runtimes'))).flatMap(checkRuntime)
  } catch (error) {
    return [broken('runtimes', explain(error).sentence)]
  }
}

export function checkRuntime(runtime: Runtime): Check[] {
  const { name, isolation, harnesses, offline_since } = runtime
  return [
    offline_since
      ? broken(`runtime ${name}`, `offline since ${ago(offline_since)}`)
      : ok(`runtime ${name}`, `up to ${runtime.max_concurrent} runs at once`),
    isolation === 'none'
      ? warning(
          `isolation ${name}`,
          'none: whoever may prompt on this host acts as the OS user that the daemon runs as',
        )
      : ok(`isolation ${name}`, isolation),
    ...harnesses.map((harness) =>
      harness.problem
        ? warning(`harness ${harness.id}`, harness.problem)
        : ok(`harness ${harness.id}`, [harness.name, harness.version].filter(Boolean).join(' ')),
    ),
  ]
}

interface Answer {
  status: number
  body: Record<string, unknown> | null
}

async function ask(url: string): Promise<Answer | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) })
    const body = (await answer.json().catch(() => null)) as Answer['body']
    return { status: answer.status, body }
  } catch {
    return null
  }
}

const messageOf = (body: Answer['body'] | undefined): string | null =>
  typeof body?.message === 'string' ? body.message : null

import type { SocketClient } from '@yardmaster/client'
import type { PermissionRequest } from '@yardmaster/protocol'
import type { Context } from '../context.js'
import { explain, unreachable } from '../failures.js'
import { brief, plain } from '../output/text.js'
import { AnswerKeys } from './answer-keys.js'
import { Ending, type Until } from './ending.js'
import { jsonLines } from './json-lines.js'
import { tellSession } from './tell-session.js'
import { TranscriptView } from './view.js'
import type { Watcher } from './watcher.js'

/**
 * Shows a session's transcript as it happens. On a terminal its permission requests can be answered.
 *
 * @param task shows only what belongs to this task
 * @returns the exit code: 0 when what was waited for completed, 1 when it ended otherwise, 130 after Ctrl-C
 */
export async function follow(
  context: Context,
  session: string,
  until: Until,
  task?: string,
): Promise<number> {
  const client = context.socket()
  try {
    await connected(client, context.url)
    return await watch(context, client, session, until, task)
  } finally {
    client.close()
  }
}

async function watch(
  context: Context,
  client: SocketClient,
  session: string,
  until: Until,
  task?: string,
): Promise<number> {
  const write = (text: string) => process.stdout.write(text)
  const answering = !context.json && process.stdin.isTTY === true && process.stdout.isTTY === true
  const view = context.json
    ? null
    : new TranscriptView(write, context.color, ({ id, form }) => {
        if (form) return `yardmaster request decide ${id} accept ${fieldsOf(form)}`
        return answering ? 'press a number' : `yardmaster request decide ${id} <number>`
      })
  const ending = new Ending(client, session, until)
  const keys = answering
    ? new AnswerKeys(
        process.stdin,
        (request, option_id) => {
          client
            .service('permission-requests')
            .patch(request.id, { option_id })
            .catch((error) => view?.line(context.color.red(plain(explain(error).sentence))))
        },
        () => ending.with(130),
      )
    : null
  const watchers = [view ?? jsonLines(write), ending, ...(keys ? [keys] : [])]
  const telling = tellSession(client, session, together(watchers), task)
  try {
    keys?.start()
    await telling.started
    ending.begin()
    return await Promise.race([ending.code, telling.broken])
  } finally {
    telling.stop()
    keys?.stop()
  }
}

const fieldsOf = ({ schema }: NonNullable<PermissionRequest['form']>): string =>
  Object.keys((schema.properties ?? {}) as object)
    .map((field) => `--answer ${brief(field)}=…`)
    .join(' ')

function together(watchers: Watcher[]): Watcher {
  const all =
    <Name extends keyof Watcher>(name: Name) =>
    (...args: Parameters<NonNullable<Watcher[Name]>>) => {
      for (const watcher of watchers) (watcher[name] as ((...args: unknown[]) => void) | undefined)?.(...args)
    }
  return {
    message: all('message'),
    removed: all('removed'),
    task: all('task'),
    request: all('request'),
    session: all('session'),
    chunk: all('chunk'),
    connection: all('connection'),
  }
}

/** The first connection; later ones are made again without a word. */
function connected({ socket }: SocketClient, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve())
    socket.once('connect_error', (error) => {
      reject('data' in error && error.data ? error : unreachable(url))
    })
  })
}

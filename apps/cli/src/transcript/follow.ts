import type { SocketClient } from '@yardmaster/client'
import { isTerminal, type Session, type Task } from '@yardmaster/protocol'
import type { Context } from '../context.js'
import { explain, unreachable } from '../failures.js'
import { plain } from '../output/text.js'
import { AnswerKeys } from './answer-keys.js'
import { jsonLines } from './json-lines.js'
import { SessionFollower, type Watcher } from './session-follower.js'
import { TranscriptView } from './view.js'

/** When following ends: with one task, once the session has nothing to do, or not by itself. */
export type Until = { task: string } | 'idle' | 'interrupted'

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
    : new TranscriptView(write, context.color, ({ options }) =>
        answering ? `press ${options.map((_, at) => at + 1).join(', ')}` : null,
      )
  const end = new End(client, session, until)
  const keys = answering
    ? new AnswerKeys(
        process.stdin,
        (request, option_id) => {
          client
            .service('permission-requests')
            .patch(request.id, { option_id })
            .catch((error) => view?.line(context.color.red(plain(explain(error).sentence))))
        },
        () => end.with(130),
      )
    : null
  const watchers = [view ?? jsonLines(write), end, ...(keys ? [keys] : [])]
  const follower = new SessionFollower(client, session, together(watchers))
  try {
    keys?.start()
    await follower.start(task)
    end.begin()
    return await Promise.race([end.code, follower.broken])
  } finally {
    follower.stop()
    keys?.stop()
  }
}

/** Decides when to stop following, and with which exit code. */
class End implements Watcher {
  readonly code: Promise<number>
  with!: (code: number) => void
  #begun = false
  #checking: Promise<void> = Promise.resolve()
  readonly #tasks = new Map<string, Task>()

  constructor(
    private readonly client: SocketClient,
    private readonly session_id: string,
    private readonly until: Until,
  ) {
    this.code = new Promise((resolve) => {
      this.with = resolve
    })
  }

  /** What was there has been told. */
  begin(): void {
    this.#begun = true
    this.#check()
  }

  task(task: Task): void {
    this.#tasks.set(task.id, task)
    if (isTerminal(task.status)) this.#check()
  }

  session(): void {
    this.#check()
  }

  #check(): void {
    if (!this.#begun || this.until === 'interrupted') return
    if (this.until === 'idle') {
      this.#checking = this.#checking.then(() => this.#checkIdle())
      return
    }
    const task = this.#tasks.get(this.until.task)
    if (task && isTerminal(task.status)) this.with(codeOfEnding(task.status))
  }

  // The row is asked for rather than taken from events: one that was overtaken would say idle too early.
  async #checkIdle(): Promise<void> {
    const session = await this.client
      .service('sessions')
      .get(this.session_id)
      .catch(() => null) // a session that is gone ends the following by itself
    if (session && isAtRest(session)) this.with(codeOfEnding(session.last_ending ?? 'completed'))
  }
}

/** Nothing runs, and nothing will unless somebody asks for it. */
const isAtRest = (session: Session): boolean =>
  session.status === 'idle' || session.status === 'archived' || session.held_by_task_id !== null

const codeOfEnding = (status: string): number => (status === 'completed' ? 0 : 1)

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

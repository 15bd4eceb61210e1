import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Message, SessionEvent, Task } from '@yardmaster/protocol'
import { processesOf, recordOf } from './processes'
import type { Scene } from './scene'
import { until } from './until'

/**
 * Checks that a scene came out of its kill whole: nothing that was acknowledged is lost or doubled, nothing is stuck,
 * and nothing is left over.
 *
 * @param before the session's log as it was read before the kill
 * @returns how many messages were acknowledged
 */
export async function expectWhole(scene: Scene, before: SessionEvent[]): Promise<number> {
  const { task } = scene
  await nothingLeft(scene, task)
  const session = await scene.session()
  expect(session).toMatchObject({ status: 'idle', held_by_task_id: null })

  const events = await scene.events()
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
  expect(events).toHaveLength(session.last_seq)
  expect(events.slice(0, before.length).map(named)).toEqual(before.map(named))

  const messages = await scene.messages()
  expect(new Set(messages.map(({ attempt, client_id }) => `${attempt} ${client_id}`)).size).toBe(
    messages.length,
  )
  expect(messages.filter(({ status }) => status !== 'final')).toEqual([])
  const acknowledged = keptWhatWasAcknowledged(scene, messages)
  expect((await scene.requests()).filter(({ status }) => status === 'pending')).toEqual([])

  expect(await scene.promptAgain()).toMatchObject({ status: 'completed', failure_reason: null })
  return acknowledged
}

/** Said to be over by the runtime means that its processes are gone; what says so itself is about to go. */
async function nothingLeft({ yard }: Scene, task: Task): Promise<void> {
  if (task.status === 'completed') await until(() => processesOf(task).length === 0)
  else expect(processesOf(task)).toEqual([])
  await until(() => recordOf(yard.home, task) === null)
  const spool = join(yard.home, 'spool')
  const endings = (directory: string) => readdirSync(directory).filter((name) => name.startsWith(task.id))
  await until(() => endings(spool).length === 0)
  expect(endings(join(spool, 'refused'))).toEqual([])
}

/** Every message that an executor got an answer for is there, in its place, with all that it was answered for. */
function keptWhatWasAcknowledged({ yard, session_id }: Scene, messages: Message[]): number {
  const stored = new Map(messages.map((message) => [message.id, message]))
  const acknowledged = new Set<string>()
  for (const { method, path, custom, status, answer } of yard.relay.answered) {
    const isWrite = ['POST', 'PATCH'].includes(method) && path.startsWith('/messages') && !custom
    if (!isWrite || !status || status >= 300) continue
    const told = JSON.parse(answer) as Message
    if (told.session_id !== session_id) continue
    acknowledged.add(told.id)
    const kept = stored.get(told.id)
    expect(kept).toMatchObject({ seq: told.seq, client_id: told.client_id })
    expect(textOf(kept!).startsWith(textOf(told))).toBe(true)
  }
  return acknowledged.size
}

/** The words of a message, the output of its tool call included. */
export const textOf = ({ content }: Message): string => words(content).join('')

function words(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(words)
  if (typeof value !== 'object' || value === null) return []
  const { text, content } = value as { text?: unknown; content?: unknown }
  return [...(typeof text === 'string' ? [text] : []), ...words(content)]
}

const named = ({ seq, type, at, data }: SessionEvent) => ({ seq, type, at, id: (data as { id: string }).id })

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '@yardmaster/processes'
import type { Moment } from './outcomes'
import { executorOf, processesOf, recordOf } from './processes'
import type { Call } from './relay'
import { Scene } from './scene'
import { until } from './until'
import type { Yard } from './yard'

/** A scene that stands still, and how it goes on. */
export interface Held {
  scene: Scene
  release: () => Promise<void> | void
}

const atOnce = 'echo done'
const waiting = 'until [ -e GATE ]; do sleep 0.05; done; echo done'
const counting = 'i=0; until [ -e GATE ]; do i=$((i+1)); echo line $i; sleep 0.02; done; echo end $i'

/** Brings a session to a moment and keeps it there, by real means: a call that is held, a gate, a stopped process. */
export const reach: Record<Moment, (yard: Yard) => Promise<Held>> = {
  async 'claim not answered'(yard) {
    const scene = await Scene.set(yard)
    const hold = yard.relay.hold(
      'answer',
      ({ custom, answer }) => custom === 'claim' && answer.includes(scene.session_id),
    )
    await scene.prompt(atOnce)
    await hold.reached
    await scene.taskIs(({ status }) => status === 'dispatched')
    return { scene, release: hold.release }
  },

  async claimed(yard) {
    const scene = await Scene.set(yard, { harness: 'gated' })
    scene.shut()
    await scene.prompt(atOnce)
    const task = await scene.taskIs(({ status }) => status === 'dispatched')
    await until(() => processesOf(task).length > 1)
    return { scene, release: () => scene.open() }
  },

  async started(yard) {
    const scene = await Scene.set(yard)
    const hold = yard.relay.hold('answer', (call) => says(call, 'running'))
    await scene.prompt(atOnce)
    await hold.reached
    await scene.taskIs(({ status }) => status === 'running')
    return { scene, release: hold.release }
  },

  async 'message not answered'(yard) {
    const scene = await Scene.set(yard)
    const hold = yard.relay.hold(
      'answer',
      ({ method, path, custom, body }) =>
        method === 'POST' && path === '/messages' && !custom && body.includes(scene.session_id),
    )
    await scene.prompt(waiting)
    await hold.reached
    await until(() => scene.ran() === 1)
    await scene.taskIs(({ status }) => status === 'running')
    return {
      scene,
      release() {
        hold.release()
        scene.open()
      },
    }
  },

  async streaming(yard) {
    const scene = await Scene.set(yard)
    await scene.prompt(counting)
    // Stored and answered: what the executor does not know of, a kill may cost.
    await until(() =>
      yard.relay.answered.some(
        ({ answer }) => answer.includes(scene.session_id) && answer.includes('line 20\\n'),
      ),
    )
    await scene.taskIs(({ status }) => status === 'running')
    return { scene, release: () => scene.open() }
  },

  async 'waiting for permission'(yard) {
    const scene = await Scene.set(yard, { permission_mode: 'relay' })
    await scene.prompt(atOnce)
    await scene.taskIs(({ status }) => status === 'awaiting_permission')
    return { scene, release: () => scene.allow() }
  },

  'ending not sent': (yard) => atTheEnd(yard, 'request'),

  'ending not answered': (yard) => atTheEnd(yard, 'answer'),

  async stopping(yard) {
    const scene = await Scene.set(yard)
    await scene.prompt(waiting)
    await until(() => scene.ran() === 1)
    const task = await scene.taskIs(({ status }) => status === 'running')
    const executor = await executorOf(yard.home, task)
    process.kill(executor.pid, 'SIGSTOP')
    await scene.stop()
    await until(() => recordOf(yard.home, task)?.order === 'stop')
    return {
      scene,
      release() {
        if (isAlive(executor)) process.kill(executor.pid, 'SIGCONT')
      },
    }
  },
}

async function atTheEnd(yard: Yard, side: 'request' | 'answer'): Promise<Held> {
  const scene = await Scene.set(yard)
  const hold = yard.relay.hold(side, (call) => says(call, 'completed'))
  await scene.prompt(atOnce)
  await hold.reached
  const task = await scene.taskIs(({ status }) => status === (side === 'request' ? 'running' : 'completed'))
  expect(existsSync(join(yard.home, 'spool', `${task.id}.${task.attempt}.json`))).toBe(true)
  return { scene, release: hold.release }
}

const says = ({ method, path, body }: Call, status: string): boolean =>
  method === 'PATCH' && path.startsWith('/tasks/') && JSON.parse(body).status === status

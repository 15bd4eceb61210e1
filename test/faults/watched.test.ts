import { type SessionWatch, watchSession } from '@yardmaster/client'
import { isTerminal } from '@yardmaster/protocol'
import { reach } from './kit/moments'
import type { Scene } from './kit/scene'
import { Yard } from './kit/yard'

describe('whoever watches a session whose output grows', () => {
  let yard: Yard
  beforeAll(async () => {
    yard = await Yard.open()
  })
  afterAll(() => yard.close())

  const expectWholeView = async (watch: SessionWatch, scene: Scene) => {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        const task = watch.view?.tasks.find(({ id }) => id === scene.task.id)
        if (watch.state === 'ended') reject(watch.error)
        else if (
          watch.state === 'live' &&
          task &&
          isTerminal(task.status) &&
          watch.view?.session.status === 'idle'
        )
          resolve()
      }
      watch.subscribe(look)
      look()
    })
    expect(watch.view?.messages).toEqual(await scene.messages())
    expect(watch.view?.last_seq).toBe((await scene.session()).last_seq)
  }

  it('has all of it after kill -9 of the daemon, and so has one who comes in the middle', async () => {
    const { scene, release } = await reach.streaming(yard)
    const client = yard.socket()
    try {
      const watch = watchSession(client, scene.session_id)
      await new Promise<void>((resolve) => {
        const leave = watch.subscribe(() => {
          if (watch.state !== 'live') return
          leave()
          resolve()
        })
      })
      await yard.killDaemon()
      await yard.start()
      const late = watchSession(client, scene.session_id)
      await release()
      await scene.ended()
      await expectWholeView(watch, scene)
      await expectWholeView(late, scene)
    } finally {
      client.close()
    }
  })
})

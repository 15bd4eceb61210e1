import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SessionView, SessionWatch } from '@yardmaster/client'

/** A watch in a process of its own, which sleeps and wakes as a laptop does: with its connections, and knowing of nothing. */
export class Sleeper implements Pick<SessionWatch, 'state' | 'view' | 'subscribe'> {
  state: SessionWatch['state'] = 'catching_up'
  view: SessionView | null = null
  /** All states that it came through. */
  readonly states: SessionWatch['state'][] = []
  readonly #listeners = new Set<() => void>()
  readonly #process = spawn(process.execPath, [join(__dirname, 'watcher.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })

  constructor(what: { url: string; token: string; session_id: string }) {
    this.#process.stdin.write(JSON.stringify(what))
    createInterface(this.#process.stdout).on('line', (line) => {
      Object.assign(this, JSON.parse(line))
      if (this.state !== this.states.at(-1)) this.states.push(this.state)
      for (const listener of [...this.#listeners]) listener()
    })
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  sleep = (): boolean => this.#process.kill('SIGSTOP')
  wake = (): boolean => this.#process.kill('SIGCONT')

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }
}

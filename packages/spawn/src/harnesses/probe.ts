import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { endTree, identify } from '@yardmaster/processes'
import type { Harness } from '@yardmaster/protocol'
import { makePrivate } from '../files.js'
import { rest } from '../rest.js'
import { markerOf } from '../runs/run-name.js'
import type { Catalogue, HarnessCommand } from './catalogue.js'
import { cleanEnvironment } from './environment.js'
import { askInitialize, type Initialized } from './initialize.js'

export interface ProbeOptions {
  /** Milliseconds that one harness gets to answer. Default 20 000. */
  timeout?: number
  /** Ends the probes under way, their processes too. */
  signal?: AbortSignal
  /** What the harnesses inherit, less Yardmaster's own. Default `process.env`. */
  env?: NodeJS.ProcessEnv
}

// Some harnesses are big: more at once and their start would slow that of the daemon.
const atOnce = 2

/**
 * Starts each harness that was found, asks it to `initialize`, and writes version, capabilities or problem into
 * the catalogue. Takes as long as the slowest: run it in the background.
 *
 * @param onUpdate called after each harness
 */
export async function probe(
  catalogue: Catalogue,
  onUpdate: (id: string) => void = () => {},
  options: ProbeOptions = {},
): Promise<void> {
  const directory = join(catalogue.home, 'harness')
  await makePrivate(directory)
  const waiting = catalogue.startable()
  const worker = async () => {
    for (let next = waiting.shift(); next && !options.signal?.aborted; next = waiting.shift()) {
      const found = await probeOne(next.command, directory, options)
      if (options.signal?.aborted) return
      catalogue.learn(next.id, found)
      onUpdate(next.id)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

type Found = Pick<Harness, 'version' | 'capabilities' | 'problem'>

async function probeOne(command: HarnessCommand, cwd: string, options: ProbeOptions): Promise<Found> {
  const { timeout = 20_000, signal, env = process.env } = options
  const marker = markerOf(`probe.${randomUUID()}`)
  const child = spawn(command.command, command.args, {
    cwd,
    detached: true,
    stdio: 'pipe',
    env: { ...cleanEnvironment(env), ...command.env, ...marker },
  })
  const leader = child.pid ? identify(child.pid) : null
  const enough = new AbortController()
  const whole = AbortSignal.any([enough.signal, ...(signal ? [signal] : [])])
  try {
    const late = rest(timeout, whole).then((): Initialized => {
      return { problem: `did not answer to ACP initialize within ${timeout / 1000} s` }
    })
    return foundOf(await Promise.race([askInitialize(child), late]))
  } finally {
    enough.abort()
    await endTree({ marker, leader, cwd: null })
    letGo(child)
  }
}

/** Nothing more is read, so that no pipe that some process kept open holds this one up. */
function letGo(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.destroy()
  child.unref()
}

function foundOf(answer: Initialized): Found {
  if ('problem' in answer) return { version: null, capabilities: {}, problem: answer.problem }
  return { ...answer, problem: null }
}

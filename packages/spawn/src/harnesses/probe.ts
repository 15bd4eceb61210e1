import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  enclose,
  endTree,
  environmentInside,
  type Isolation,
  identify,
  noIsolation,
} from '@yardmaster/processes'
import type { Harness } from '@yardmaster/protocol'
import { makePrivate } from '../files.js'
import { Homes } from '../isolation/homes.js'
import { harnessInside } from '../isolation/shut-in.js'
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
  /** Probed as they will run. Default: not shut in. */
  isolation?: Isolation
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
      const found = await probeOne(catalogue.home, next, directory, options).catch(
        (error: Error): Found => ({
          version: null,
          capabilities: {},
          problem: `cannot be started: ${error.message}`,
        }),
      )
      if (options.signal?.aborted) return
      catalogue.learn(next.id, found)
      onUpdate(next.id)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

type Found = Pick<Harness, 'version' | 'capabilities' | 'problem'>

async function probeOne(
  home: string,
  { id, command }: { id: string; command: HarnessCommand },
  cwd: string,
  options: ProbeOptions,
): Promise<Found> {
  const { timeout = 20_000, signal, env = process.env, isolation = noIsolation } = options
  const { shut_in, harness } = await inside(isolation, home, id, command)
  const place = shut_in?.home ?? cwd
  const enclosure = await enclose(isolation, {
    read: shut_in?.read ?? [],
    write: shut_in ? [place, ...shut_in.write] : [],
  })
  await enclosure.settle()
  const [program = '', ...args] = await enclosure.command(harness.command, harness.args, { cwd: place })
  const clean = cleanEnvironment(env)
  const marker = markerOf(`probe.${randomUUID()}`)
  const child = spawn(program, args, {
    cwd: place,
    detached: true,
    stdio: 'pipe',
    env: { ...(shut_in ? environmentInside(clean, place) : clean), ...harness.env, ...marker },
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

async function inside({ mode, hidden }: Isolation, home: string, id: string, harness: HarnessCommand) {
  if (mode === 'none') return { shut_in: null, harness }
  return harnessInside({ mode, hidden }, home, harness, { home: await new Homes(home).probe(id) })
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

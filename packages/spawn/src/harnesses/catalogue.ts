import type { Harness } from '@yardmaster/protocol'

/** How a harness is started. `env` is added to the environment of whoever starts it. */
export interface HarnessCommand {
  command: string
  args: string[]
  env: Record<string, string>
  /** Where it is shut in: what else it may read and write. */
  read?: string[]
  write?: string[]
  /** Files by which a person is signed in, as paths below the home. */
  login?: string[]
  forks_in_place?: boolean
}

export interface CataloguedHarness extends Harness {
  /** Null when no program of it was found. */
  command: HarnessCommand | null
}

/** The harnesses of one host. What a probe learns of them is written into it. */
export class Catalogue {
  readonly #harnesses: Map<string, CataloguedHarness>

  constructor(
    readonly home: string,
    harnesses: CataloguedHarness[],
  ) {
    this.#harnesses = new Map(harnesses.map((harness) => [harness.id, harness]))
  }

  /** As the runtime registers them: without how they are started, which is nobody else's business. */
  list(): Harness[] {
    return [...this.#harnesses.values()].map(({ command: _, ...harness }) => harness)
  }

  get(id: string): CataloguedHarness | null {
    return this.#harnesses.get(id) ?? null
  }

  /** Those that have a program here. */
  startable(): (CataloguedHarness & { command: HarnessCommand })[] {
    return [...this.#harnesses.values()].flatMap((harness) =>
      harness.command ? [{ ...harness, command: harness.command }] : [],
    )
  }

  learn(id: string, found: Pick<Harness, 'version' | 'capabilities' | 'problem'>): void {
    const harness = this.#harnesses.get(id)
    if (harness) this.#harnesses.set(id, { ...harness, ...found })
  }
}

/** A value that components follow with `useSyncExternalStore`; each change replaces it. */
export class Store<State> {
  private readonly listeners = new Set<() => void>()

  constructor(private state: State) {}

  readonly get = (): State => this.state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  set(state: State): void {
    this.state = state
    for (const listener of this.listeners) listener()
  }
}

/** How agents are kept apart from the daemon: by bubblewrap, by namespaces that root makes, or not at all. */
export type IsolationMode = 'bubblewrap' | 'unshare' | 'none'

export const isolationModes: readonly IsolationMode[] = ['bubblewrap', 'unshare', 'none']

/** How programs are shut in on this host: plain data, since it travels to executors in their orders. */
export interface Isolation {
  mode: IsolationMode
  /** Directories that are empty inside, but for what is bound back. */
  hidden: string[]
}

/** For whom nothing is shut in. */
export const noIsolation: Isolation = { mode: 'none', hidden: [] }

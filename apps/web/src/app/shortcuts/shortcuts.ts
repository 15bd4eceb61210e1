/** What can be done by keys alone, on any page. */
export type Command =
  | 'palette'
  | 'sheet'
  | 'search'
  | 'next'
  | 'previous'
  | { go: '/' | '/board' | '/sessions' | '/worktrees' | '/usage' | '/account' | '/new' }

export interface Shortcut {
  /** One after the other; `mod` is Ctrl, and Cmd on a Mac. */
  keys: readonly string[]
  about: string
  command: Command
}

/** All there are, in the order in which the sheet shows them. */
export const shortcuts: readonly Shortcut[] = [
  { keys: ['mod+k'], about: 'Go anywhere, do anything', command: 'palette' },
  { keys: ['?'], about: 'This sheet', command: 'sheet' },
  { keys: ['n'], about: 'New session', command: { go: '/new' } },
  { keys: ['/'], about: 'Search', command: 'search' },
  { keys: ['j'], about: 'Next in the list; in a session, the next prompt', command: 'next' },
  { keys: ['k'], about: 'The one before; in a session, the prompt before', command: 'previous' },
  { keys: ['g', 'i'], about: 'Needs me', command: { go: '/' } },
  { keys: ['g', 'b'], about: 'Board', command: { go: '/board' } },
  { keys: ['g', 's'], about: 'All sessions', command: { go: '/sessions' } },
  { keys: ['g', 'w'], about: 'Worktrees', command: { go: '/worktrees' } },
  { keys: ['g', 'u'], about: 'Usage', command: { go: '/usage' } },
  { keys: ['g', 'a'], about: 'Account', command: { go: '/account' } },
]

/** Milliseconds between the keys of one shortcut at most. */
const patience = 1_500

export interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  /** Milliseconds, by any clock. */
  timeStamp: number
}

/** Reads key after key. Of a shortcut of several, those before the last are remembered for a moment. */
export class ShortcutReader {
  private pressed: string[] = []
  private at = Number.NEGATIVE_INFINITY

  /**
   * @param typing whether the key goes into a text: nothing but what has `mod` is a shortcut then
   * @returns the command of the shortcut that is complete with this key, or null
   */
  read(press: Press, typing: boolean): Command | null {
    const key = nameOf(press)
    if (key === null || (typing && !key.startsWith('mod+'))) {
      this.pressed = []
      return null
    }
    const before = press.timeStamp - this.at <= patience ? this.pressed : []
    const keys = [...before, key]
    const whole =
      shortcuts.find((one) => isSame(one.keys, keys)) ?? shortcuts.find((one) => isSame(one.keys, [key]))
    this.pressed = whole ? [] : keys.slice(-2)
    this.at = press.timeStamp
    return whole?.command ?? null
  }
}

function nameOf({ key, ctrlKey, metaKey, altKey }: Press): string | null {
  if (altKey) return null
  return ctrlKey || metaKey ? `mod+${key.toLowerCase()}` : key
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((key, place) => key === other[place])

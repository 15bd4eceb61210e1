import {
  RequestError,
  type SessionConfigOption,
  type SessionConfigSelectOption,
  type SessionModeState,
} from '@agentclientprotocol/sdk/unstable'

/** What the client chose for a session. */
export interface Options {
  /** `ask`: each command runs after permission. `plan`: commands are listed and never run. */
  mode: string
  /** The program that runs the commands. */
  shell: string
  /** Seconds that one command may take, as text; `none` is no limit. */
  timeout: string
}

export const defaultOptions: Options = { mode: 'ask', shell: 'sh', timeout: 'none' }

// There is no mode that runs commands unasked: who may do that is for the client to know and answer.
const modes = [
  { id: 'ask', name: 'Ask', description: 'Each command runs after you allow it' },
  { id: 'plan', name: 'Plan', description: 'Commands are listed and never run' },
]

const timeouts = [
  { value: 'none', name: 'No limit' },
  { value: '60', name: 'One minute' },
  { value: '600', name: 'Ten minutes' },
  { value: '3600', name: 'One hour' },
]

/** The modes as ACP shows them. */
export function modeState(options: Options): SessionModeState {
  return { currentModeId: options.mode, availableModes: modes }
}

/**
 * The config options as ACP shows them. The mode is one of them too, because a client that knows config
 * options reads no modes. The shell takes the place of the model: it is what does the work here.
 */
export function configOptions(options: Options): SessionConfigOption[] {
  const modeValues = modes.map(({ id, ...rest }) => ({ value: id, ...rest }))
  const shells = ['sh', 'bash'].map((shell) => ({ value: shell, name: shell }))
  return [
    select('mode', 'Mode', 'mode', options.mode, modeValues),
    select('shell', 'Shell', 'model', options.shell, shells),
    select('timeout', 'Time limit of a command', '_limits', options.timeout, timeouts),
  ]
}

/**
 * The options with one of them changed.
 *
 * @throws RequestError (invalid params) for an option or a value that is not offered
 */
export function choose(options: Options, id: string, value: unknown): Options {
  const option = configOptions(options).find((other) => other.id === id)
  if (!option) throw RequestError.invalidParams({ configId: id }, `no such config option: "${id}"`)
  const offered = 'options' in option ? option.options.flatMap((o) => ('value' in o ? [o.value] : [])) : []
  if (typeof value !== 'string' || !offered.includes(value)) {
    throw RequestError.invalidParams(
      { configId: id, value },
      `"${value}" is no ${id}; there are ${offered.join(', ')}`,
    )
  }
  return { ...options, [id]: value }
}

/** The time limit in milliseconds; 0 is none. */
export function timeoutMs(options: Options): number {
  return options.timeout === 'none' ? 0 : Number(options.timeout) * 1_000
}

function select(
  id: keyof Options,
  name: string,
  category: string,
  currentValue: string,
  options: SessionConfigSelectOption[],
): SessionConfigOption {
  return { id, name, category, type: 'select', currentValue, options }
}

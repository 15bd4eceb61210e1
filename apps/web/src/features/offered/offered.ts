/** Something that an agent lets one choose. */
export interface Choice {
  /** `mode` and `model` are the session's own; any other is one of its `config`, by the agent's id. */
  id: string
  of: 'mode' | 'model' | 'config'
  name: string
  about: string
  /** What it takes by itself. */
  current: string
  values: { value: string; label: string }[]
  isBoolean: boolean
}

/** JSON of the agent's making; nothing about it is certain. */
interface Loose {
  [field: string]: unknown
}

const objectsIn = (list: unknown): Loose[] =>
  Array.isArray(list) ? list.filter((one) => typeof one === 'object' && one !== null) : []
const textOf = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

/**
 * What an agent offers, from what it reported of a session (`offered`): mode and model first. Agents that know config
 * options have both among them; older ones tell of modes and models apart.
 */
export function choicesIn(offered: unknown): Choice[] {
  const { modes, models, config_options } = (offered ?? {}) as Record<string, Loose | null>
  const options = objectsIn(config_options).map(choiceOf)
  const named = (of: Choice['of']) => options.filter((option) => option.of === of)
  const older = (
    of: 'mode' | 'model',
    state: Loose | null | undefined,
    list: string,
    id: string,
  ): Choice[] =>
    objectsIn(state?.[list]).length === 0
      ? []
      : [
          {
            id: of,
            of,
            name: of === 'mode' ? 'Mode' : 'Model',
            about: '',
            current: textOf(state?.[of === 'mode' ? 'currentModeId' : 'currentModelId']),
            values: objectsIn(state?.[list]).map((one) => ({
              value: textOf(one[id]),
              label: textOf(one.name ?? one[id]),
            })),
            isBoolean: false,
          },
        ]
  const mode = named('mode').slice(0, 1)
  const model = named('model').slice(0, 1)
  return [
    ...(mode.length > 0 ? mode : older('mode', modes, 'availableModes', 'id')),
    ...(model.length > 0 ? model : older('model', models, 'availableModels', 'modelId')),
    ...named('config'),
  ].filter(({ values }) => values.length > 0)
}

function choiceOf(option: Loose): Choice {
  const isBoolean = option.type === 'boolean'
  const entries = objectsIn(option.options)
  // Values stand in a list, or in groups of lists.
  const values = entries.flatMap((entry) =>
    Array.isArray(entry.options) ? objectsIn(entry.options) : [entry],
  )
  const of = option.category === 'mode' || option.category === 'model' ? option.category : 'config'
  return {
    id: textOf(option.id),
    of,
    name: textOf(option.name ?? option.id),
    about: textOf(option.description),
    current: textOf(option.currentValue),
    values: isBoolean
      ? [
          { value: 'true', label: 'on' },
          { value: 'false', label: 'off' },
        ]
      : unique(values.map(({ value, name }) => ({ value: textOf(value), label: textOf(name ?? value) }))),
    isBoolean,
  }
}

const unique = (values: Choice['values']): Choice['values'] => [
  ...new Map(values.map((one) => [one.value, one])).values(),
]

/** What is chosen of a session. */
export interface Chosen {
  mode?: string | null
  model?: string | null
  config?: Record<string, string | number | boolean>
}

/** The value that was chosen; null: none, so that the agent decides. */
export function chosenOf({ mode, model, config }: Chosen, choice: Choice): string | null {
  const value = choice.of === 'config' ? config?.[choice.id] : choice.of === 'mode' ? mode : model
  return value === undefined || value === null ? null : String(value)
}

/** What is to be said of the session for a choice. */
export function choose({ config = {} }: Chosen, choice: Choice, value: string | null): Chosen {
  if (choice.of !== 'config') return { [choice.of]: value }
  const { [choice.id]: _, ...others } = config
  return {
    config: value === null ? others : { ...others, [choice.id]: choice.isBoolean ? value === 'true' : value },
  }
}

import { isObject, type Loose } from '../transcript/blocks.js'

/** One thing that can be chosen, and the values it takes. */
export interface Choice {
  current: unknown
  values: unknown[]
}

/**
 * What a harness offers of a session: its modes, its models and its config options with their current values, as ACP
 * gives them. A harness that knows config options has mode and model among them; older ones tell of `models` apart.
 */
export class Offers {
  #agent: unknown = null
  #modes: unknown = null
  #models: unknown = null
  #options: Loose[] = []
  #title: unknown = null

  agent(info: unknown): void {
    this.#agent = info ?? null
  }

  /** The answer to session/new, load, resume or set_config_option. */
  session({ modes, models, configOptions }: Loose): void {
    if (modes) this.#modes = modes
    if (models) this.#models = models
    if (Array.isArray(configOptions)) this.#options = configOptions.filter(isObject)
  }

  mode(currentModeId: unknown): void {
    this.#modes = { ...(this.#modes as object), currentModeId }
  }

  model(currentModelId: unknown): void {
    this.#models = { ...(this.#models as object), currentModelId }
  }

  title(title: unknown): void {
    if (title !== undefined) this.#title = title
  }

  get modes(): Choice | null {
    return choiceAmong(this.#modes, 'currentModeId', 'availableModes', 'id')
  }

  get models(): Choice | null {
    return choiceAmong(this.#models, 'currentModelId', 'availableModels', 'modelId')
  }

  get optionIds(): string[] {
    return this.#options.map(({ id }) => String(id))
  }

  /** The id of the first config option of a category, like `model`. */
  optionOf(category: string): string | null {
    const option = this.#options.find((other) => other.category === category)
    return option ? String(option.id) : null
  }

  /** A config option by its id. */
  option(id: string): Choice | null {
    const option = this.#options.find((other) => other.id === id)
    if (!option) return null
    if (option.type === 'boolean') return { current: option.currentValue, values: [true, false] }
    const entries = Array.isArray(option.options) ? option.options : []
    // Values stand in a list, or in groups of lists.
    const values = entries.flatMap((entry) => (Array.isArray(entry?.options) ? entry.options : [entry]))
    return { current: option.currentValue, values: values.map((entry) => entry?.value) }
  }

  /** The model in use, as far as the harness tells. */
  get currentModel(): string | null {
    const id = this.optionOf('model')
    const current = (id ? this.option(id) : this.models)?.current
    return typeof current === 'string' ? current : null
  }

  /** As it is reported to the session. */
  report(): object {
    return {
      agent: this.#agent,
      modes: this.#modes,
      models: this.#models,
      config_options: this.#options,
      title: this.#title,
    }
  }
}

function choiceAmong(state: unknown, current: string, available: string, id: string): Choice | null {
  if (!isObject(state) || !Array.isArray(state[available])) return null
  return { current: state[current], values: state[available].map((entry) => entry?.[id]) }
}

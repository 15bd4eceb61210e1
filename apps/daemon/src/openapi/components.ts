import type { TSchema } from '@feathersjs/typebox'
import * as protocol from '@yardmaster/protocol'

// A schema is named as the protocol exports it, so that code and documentation say the same word.
const names = new Map<unknown, string>(
  Object.entries(protocol)
    .filter(([, value]) => typeof value === 'object' && ('properties' in value || 'anyOf' in value))
    .map(([name, schema]) => [schema, name]),
)

/** The schemas that a document refers to by name, gathered while it is written. */
export class Components {
  readonly schemas: Record<string, object> = {}

  /** A schema as plain JSON Schema 2020-12: those that the protocol names are referred to, also further inside. */
  describe(schema: TSchema): object {
    return this.#plain(schema) as object
  }

  #plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#plain(item))
    if (value === null || typeof value !== 'object') return value
    const name = names.get(value)
    if (!name) return this.#spelt(value)
    this.schemas[name] ??= this.#spelt(value)
    return { $ref: `#/components/schemas/${name}` }
  }

  #spelt(value: object): object {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.#plain(inner)]))
  }
}

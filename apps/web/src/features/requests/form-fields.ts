import type { FormContent } from '@yardmaster/protocol'

interface Shared {
  name: string
  label: string
  about: string | undefined
  required: boolean
  initial: FormContent[string] | undefined
}
/** A field of a question, as far as JSON Schema says what to show for it. */
export type Field = Shared &
  (
    | { kind: 'text' | 'number' | 'boolean' }
    | { kind: 'choice' | 'choices'; choices: { value: string; label: string }[] }
  )

interface Schema {
  type?: string
  title?: string
  description?: string
  default?: FormContent[string]
  enum?: unknown[]
  oneOf?: { const: unknown; title?: string }[]
  anyOf?: { const: unknown; title?: string }[]
  items?: Schema
}

/** The fields that an object's schema names, in its order. What it says otherwise is checked by the daemon. */
export function fieldsOf(schema: unknown): Field[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Schema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    label: property.title ?? name,
    about: property.description,
    required: required.includes(name),
    initial: property.default ?? (property.type === 'boolean' ? false : undefined),
    ...kindOf(property),
  }))
}

function kindOf(schema: Schema) {
  const choices = choicesOf(schema)
  if (choices) return { kind: 'choice' as const, choices }
  const several = schema.type === 'array' && schema.items ? choicesOf(schema.items) : null
  if (several) return { kind: 'choices' as const, choices: several }
  if (schema.type === 'boolean') return { kind: 'boolean' as const }
  if (schema.type === 'number' || schema.type === 'integer') return { kind: 'number' as const }
  return { kind: 'text' as const }
}

function choicesOf({ enum: values, oneOf, anyOf }: Schema) {
  const named = oneOf ?? anyOf
  if (named)
    return named.map(({ const: value, title }) => ({ value: String(value), label: title ?? String(value) }))
  return values?.map((value) => ({ value: String(value), label: String(value) })) ?? null
}

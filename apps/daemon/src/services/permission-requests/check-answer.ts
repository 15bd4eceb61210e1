import { Ajv } from '@feathersjs/schema'
import { type PermissionRequest, YardmasterError } from '@yardmaster/protocol'

export interface Decision {
  option_id: string
  /** What was written into a form. */
  content?: object
}

type Schema = Record<string, unknown>

const isSchema = (value: unknown): value is Schema =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

// The words that ACP has for the fields of a form. `pattern` is not among those that count here: a regular expression
// of an agent's making could keep the daemon busy for as long as it likes. The agent looks at the answer itself.
const words = ['enum', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'] as const
const types = ['string', 'number', 'integer', 'boolean', 'array']

function field(schema: unknown): Schema {
  if (!isSchema(schema)) return {}
  const kept = words.filter((word) => schema[word] !== null && schema[word] !== undefined)
  const one = isSchema(schema.items) ? schema.items : {}
  return {
    ...(types.includes(String(schema.type)) ? { type: schema.type } : {}),
    ...Object.fromEntries(kept.map((word) => [word, schema[word]])),
    ...choices(schema.oneOf),
    ...(schema.type === 'array' ? { items: { type: 'string', ...field(one), ...choices(one.anyOf) } } : {}),
  }
}

/** Choices with a title each are written as constants. */
const choices = (of: unknown): Schema =>
  Array.isArray(of) ? { enum: of.map((choice) => (isSchema(choice) ? choice.const : choice)) } : {}

/** The schema of a form's answer, from what the agent sent: flat, and of nothing that it could do harm with. */
function answerSchema({ properties, required }: Schema): Schema {
  const fields = isSchema(properties) ? Object.entries(properties) : []
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, schema]) => [name, field(schema)])),
    required: Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
    additionalProperties: false,
  }
}

/**
 * Checks what goes with a decision: an accepted form its content, anything else none.
 *
 * @throws INVALID, naming the field
 */
export function checkAnswer({ form }: PermissionRequest, { option_id, content }: Decision): Decision {
  if (!form || option_id !== 'accept') {
    if (content) throw new YardmasterError('INVALID', 'Only an answer to a form has content.')
    return { option_id }
  }
  const answer = content ?? {}
  const ajv = new Ajv({ strict: false, validateSchema: false })
  let validate: ReturnType<typeof ajv.compile>
  try {
    validate = ajv.compile(answerSchema(form.schema))
  } catch {
    throw new YardmasterError('INVALID', 'The agent asked by a form that nobody can fill in; decline it.')
  }
  if (validate(answer)) return { option_id, content: answer }
  const { instancePath = '', message, params } = validate.errors?.[0] ?? {}
  const unknown = params?.additionalProperty ? ` ("${params.additionalProperty}")` : ''
  const name = ['content', ...instancePath.split('/').filter(Boolean)].join('.')
  throw new YardmasterError('INVALID', `The answer's ${name} ${message}${unknown}.`)
}

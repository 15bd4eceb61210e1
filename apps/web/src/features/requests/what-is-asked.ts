import type { PermissionRequest } from '@yardmaster/protocol'

/** What a request shows: its line, and everything that would be done, exactly. */
export interface Asked {
  title: string
  kind: string | null
  parts: { label: string; text: string }[]
}

interface Loose {
  [field: string]: unknown
}

const isObject = (value: unknown): value is Loose => value !== null && typeof value === 'object'

/** Everything that a request is about. Nothing is left out for being long: what one allows, one must be able to read. */
export function whatIsAsked({ form, tool_call }: Pick<PermissionRequest, 'form' | 'tool_call'>): Asked {
  const call: Loose = tool_call ?? {}
  const title = String(call.title ?? call.kind ?? (form ? 'A question' : 'A tool call'))
  const parts = [...inputs(call), ...contents(call), ...places(call)]
  return { title: form ? form.message : title, kind: typeof call.kind === 'string' ? call.kind : null, parts }
}

function inputs({ raw_input }: Loose): Asked['parts'] {
  if (raw_input === undefined || raw_input === null) return []
  if (!isObject(raw_input)) return [{ label: 'Input', text: String(raw_input) }]
  return Object.entries(raw_input).map(([name, value]) => ({
    label: name,
    text: typeof value === 'string' ? value : JSON.stringify(value, null, 2),
  }))
}

function contents({ content }: Loose): Asked['parts'] {
  if (!Array.isArray(content)) return []
  return content.filter(isObject).map((entry) => {
    if (entry.type === 'diff')
      return { label: `Edit of ${entry.path}`, text: String(entry.new_text ?? entry.newText ?? '') }
    const inner = isObject(entry.content) ? entry.content : entry
    return {
      label: 'Content',
      text: typeof inner.text === 'string' ? inner.text : JSON.stringify(inner, null, 2),
    }
  })
}

function places({ locations }: Loose): Asked['parts'] {
  if (!Array.isArray(locations) || locations.length === 0) return []
  const lines = locations.filter(isObject).map(({ path, line }) => (line ? `${path}:${line}` : String(path)))
  return [{ label: lines.length === 1 ? 'File' : 'Files', text: lines.join('\n') }]
}

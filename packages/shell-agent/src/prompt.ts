import {
  type ContentBlock,
  type EmbeddedResourceResource,
  type ImageContent,
  RequestError,
} from '@agentclientprotocol/sdk/unstable'

export type PromptItem =
  | { kind: 'command'; command: string }
  | { kind: 'slash'; name: SlashName }
  | { kind: 'question'; question: string }
  | { kind: 'text'; text: string }

export const slashCommands = {
  help: 'What this agent does with a prompt',
  history: 'The prompts and commands of this session so far',
  forget: 'Take back every "always" given in this session',
  ask: 'Ask you the question that follows',
} as const

export type SlashName = keyof typeof slashCommands

/**
 * Splits a prompt into what the agent does with it, in order. A line that begins with `$ ` is a
 * command, a line that is one of {@link slashCommands} after a `/` is a slash command (`/ask` with its question), and
 * neighbouring other lines are one text.
 *
 * Only text blocks are read for commands: an embedded file or a link is context that somebody else
 * may have written, so its lines are never run.
 *
 * @throws RequestError (invalid params) for audio blocks, which `initialize` does not offer
 */
export function parsePrompt(prompt: readonly ContentBlock[]): PromptItem[] {
  return joinTexts(prompt.flatMap(itemsOfBlock))
}

/** The commands among the items, in order. */
export function commandsOf(items: readonly PromptItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'command' ? [item.command] : []))
}

function itemsOfBlock(block: ContentBlock): PromptItem[] {
  switch (block.type) {
    case 'text':
      return block.text.split(/\r?\n/).map(itemOfLine)
    case 'resource_link':
      return [{ kind: 'text', text: `[link to ${block.uri}]` }]
    case 'resource':
      return [{ kind: 'text', text: `[content of ${block.resource.uri}: ${sizeOf(block.resource)}]` }]
    case 'image':
      return [{ kind: 'text', text: pictureOf(block) }]
    default:
      throw RequestError.invalidParams({ type: block.type }, `prompts of type "${block.type}" are not read`)
  }
}

const sizeOf = (resource: EmbeddedResourceResource): string =>
  'text' in resource ? `${resource.text.length} characters` : `${bytesOf(resource.blob)} bytes`

const bytesOf = (base64: string): number => Buffer.from(base64, 'base64').length

/** What is told and remembered of a picture: nothing here looks at it. */
export const pictureOf = ({ mimeType, data }: ImageContent): string =>
  `[picture of type ${mimeType}, ${bytesOf(data)} bytes]`

function itemOfLine(line: string): PromptItem {
  const command = line.startsWith('$ ') ? line.slice(2).trim() : ''
  if (command) return { kind: 'command', command }
  const name = /^\/(\w+)\s*$/.exec(line)?.[1]
  const question = /^\/ask\s+(\S.*)$/.exec(line)?.[1]
  if (question) return { kind: 'question', question: question.trim() }
  if (name && isSlashName(name)) return { kind: 'slash', name }
  return { kind: 'text', text: line }
}

function isSlashName(name: string): name is SlashName {
  return Object.hasOwn(slashCommands, name)
}

function joinTexts(items: PromptItem[]): PromptItem[] {
  const joined: PromptItem[] = []
  for (const item of items) {
    const last = joined.at(-1)
    if (item.kind === 'text' && last?.kind === 'text') last.text += `\n${item.text}`
    else joined.push({ ...item })
  }
  return joined
    .map((item) => (item.kind === 'text' ? { ...item, text: item.text.trim() } : item))
    .filter((item) => item.kind !== 'text' || item.text !== '')
}

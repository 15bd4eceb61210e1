import type { ContentBlock, PromptCapabilities } from '@agentclientprotocol/sdk'
import type { AttachmentRef, ExecutorOrder } from '@yardmaster/protocol'
import type { Daemon } from '../daemon/daemon.js'
import { Failure } from '../failure.js'
import { makePlace, writeAttachment } from './files.js'

/** Bytes of a text that stands in the prompt itself. A longer one would fill the agent's context; it reads what it needs. */
const MOST_EMBEDDED = 256 * 1024

/**
 * The prompt and the files that came with it, in the form that the harness takes: pictures and sounds if it can see and
 * hear, texts embedded if it reads those. Everything else is a file that it is told of. So are files that are no text even
 * where embedding is offered: harnesses take it for texts, and leave the rest out without a word.
 *
 * @throws Failure when a file cannot be fetched or written
 */
export async function promptBlocks(
  order: ExecutorOrder,
  daemon: Daemon,
  takes: PromptCapabilities,
): Promise<ContentBlock[]> {
  const { prompt, attachments } = order.task
  const blocks: ContentBlock[] = [{ type: 'text', text: prompt }]
  for (const [place, attachment] of attachments.entries())
    try {
      const content = Buffer.from(await (await daemon.attachment(attachment.id)).arrayBuffer())
      blocks.push(
        inPrompt(attachment, content, takes) ?? (await asFile(order, attachment, place + 1, content)),
      )
    } catch (error) {
      throw new Failure(
        'cannot_start',
        `The file ${attachment.name} could not be handed to the agent: ${(error as Error).message}`,
      )
    }
  return blocks
}

/** A block that holds the content; null where the harness takes none such. */
function inPrompt(
  { name, media_type }: AttachmentRef,
  content: Buffer,
  takes: PromptCapabilities,
): ContentBlock | null {
  const kind = media_type.split('/')[0]
  const isPicture = kind === 'image' && media_type !== 'image/svg+xml'
  if (isPicture ? takes.image : kind === 'audio' && takes.audio)
    return { type: isPicture ? 'image' : 'audio', mimeType: media_type, data: content.toString('base64') }
  const text = takes.embeddedContext && content.length <= MOST_EMBEDDED ? textOf(content) : null
  if (text === null) return null
  return {
    type: 'resource',
    resource: { uri: `attachment:///${encodeURIComponent(name)}`, mimeType: media_type, text },
  }
}

async function asFile(
  order: ExecutorOrder,
  attachment: AttachmentRef,
  number: number,
  content: Buffer,
): Promise<ContentBlock> {
  await makePlace(order)
  const { name, media_type, size } = attachment
  const uri = await writeAttachment(order, attachment, number, content)
  return { type: 'resource_link', uri, name, mimeType: media_type, size }
}

function textOf(content: Buffer): string | null {
  if (content.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return null
  }
}

import { attachmentLimits, YardmasterError } from '@yardmaster/protocol'

const base64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * The bytes of a file that is given, checked against what it says of itself. One that says nothing of itself is a text
 * where it can be read as one.
 *
 * @throws INVALID for what is no base64, ATTACHMENT_TOO_LARGE, ATTACHMENT_TYPE
 */
export function contentOf({ data, media_type }: { data: string; media_type: string }): {
  content: Buffer
  media_type: string
} {
  if (data.length % 4 !== 0 || !base64.test(data))
    throw new YardmasterError('INVALID', "The body's data must be base64, with its padding.")
  const content = Buffer.from(data, 'base64')
  if (content.length > attachmentLimits.bytes) throw new YardmasterError('ATTACHMENT_TOO_LARGE')
  if (!isOfType(content, media_type))
    throw new YardmasterError('ATTACHMENT_TYPE', `The file's content is not of the type ${media_type}.`)
  const isUnknown = media_type === 'application/octet-stream'
  return { content, media_type: isUnknown && isText(content) ? 'text/plain' : media_type }
}

const at = (content: Buffer, place: number, text: string): boolean =>
  content.toString('latin1', place, place + text.length) === text

/** How files of a type begin. */
const signs: Record<string, (content: Buffer) => boolean> = {
  'image/png': (content) => at(content, 0, '\x89PNG\r\n\x1a\n'),
  'image/jpeg': (content) => at(content, 0, '\xff\xd8\xff'),
  'image/gif': (content) => at(content, 0, 'GIF87a') || at(content, 0, 'GIF89a'),
  'image/webp': (content) => at(content, 0, 'RIFF') && at(content, 8, 'WEBP'),
  'image/avif': (content) => at(content, 4, 'ftypavif') || at(content, 4, 'ftypavis'),
  'image/svg+xml': (content) => isText(content) && /<svg[\s>]/i.test(content.toString('utf8')),
  'application/pdf': (content) => at(content, 0, '%PDF-'),
}

/** A picture of a kind that is not known here is refused: it could be anything, and would be shown as a picture. */
function isOfType(content: Buffer, media_type: string): boolean {
  const sign = Object.hasOwn(signs, media_type) ? signs[media_type] : undefined
  if (sign) return sign(content)
  if (media_type.startsWith('image/')) return false
  return media_type.startsWith('text/') ? isText(content) : true
}

function isText(content: Buffer): boolean {
  if (content.includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content)
    return true
  } catch {
    return false
  }
}

import { convert } from '@feathersjs/errors'
import { type Attachment, customPath } from '@yardmaster/protocol'
import type { Client } from './connect.js'

const types: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
}

/**
 * Puts a file where a prompt can take it from.
 *
 * @param client over REST: a file may be larger than what a socket takes
 * @param name its last part, which also says whether it is a picture; the daemon tells texts from the rest
 * @throws ATTACHMENT_TYPE, ATTACHMENT_TOO_LARGE, and what else the daemon answers
 */
export function putAttachment(
  client: Client,
  session_id: string,
  name: string,
  content: Uint8Array,
): Promise<Attachment> {
  const media_type = types[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream'
  return client.service('attachments').create({ session_id, name, media_type, data: base64Of(content) })
}

// In pieces, since each byte is an argument; of three bytes' multiples, so that only the last is padded.
const PIECE = 24_576

function base64Of(content: Uint8Array): string {
  let text = ''
  for (let at = 0; at < content.length; at += PIECE)
    text += btoa(String.fromCharCode(...content.subarray(at, at + PIECE)))
  return text
}

/**
 * The content of a file that came with a prompt. It is bytes, which Feathers' client over REST does not read, and over a
 * socket it would be one frame.
 *
 * @param url base of the daemon, like `http://127.0.0.1:3030`
 * @returns of the type that it was given as
 * @throws what the daemon answers
 */
export async function fetchAttachment(
  url: string,
  token: string,
  id: string,
  signal?: AbortSignal,
): Promise<Blob> {
  const answer = await fetch(`${url.replace(/\/$/, '')}${customPath('attachments', 'content', id)}`, {
    headers: { Authorization: `Bearer ${token}` },
    ...(signal ? { signal } : {}),
  })
  if (!answer.ok) throw convert(await answer.json())
  return answer.blob()
}

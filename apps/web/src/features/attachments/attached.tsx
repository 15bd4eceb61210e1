import { UnstyledButton } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { fetchAttachment } from '@yardmaster/client'
import type { AttachmentBlock, Message } from '@yardmaster/protocol'
import { useSignedIn } from '../../data/signed-in.js'
import { Exact } from '../../ui/exact-text.js'
import { sizeOf } from '../../ui/sizes.js'
import classes from './attachments.module.css'
import { useObjectUrl } from './chosen-list.js'
import { isDrawn } from './drawn.js'

/** The files that came with a prompt: pictures are shown, each can be stored. */
export function Attached({ message }: { message: Message }) {
  const files = message.content.filter(({ type }) => type === 'attachment') as unknown as AttachmentBlock[]
  if (files.length === 0) return null
  return (
    <ul className={classes.list} aria-label="Files that came with it">
      {files.map((file) => (
        <AttachedFile key={file.attachment_id} file={file} />
      ))}
    </ul>
  )
}

function AttachedFile({ file }: { file: AttachmentBlock }) {
  const { attachment_id: id, name, media_type, size } = file
  const { token } = useSignedIn()
  const isPicture = isDrawn(media_type)
  const content = useQuery({
    queryKey: ['attachment', id],
    queryFn: () => fetchAttachment(location.origin, token, id),
    // It never changes, and is large: kept while it is shown, and a little longer for scrolling back.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    enabled: isPicture,
  })
  const source = useObjectUrl(isPicture ? content.data : null)
  const store = async () => {
    const { data } = content.data ? content : await content.refetch()
    if (data) saveAs(data, name)
  }
  return (
    <li className={isPicture ? classes.picture : classes.file}>
      {source && <img src={source} alt={name} className={classes.large} />}
      <UnstyledButton className={classes.stored} onClick={store} aria-label={`Store ${name}`}>
        <IconDownload size={16} aria-hidden />
        <span className={classes.name}>
          <Exact text={name} />
        </span>
        <span className={classes.size}>{sizeOf(size)}</span>
      </UnstyledButton>
      {content.isError && <span className={classes.size}>cannot be loaded</span>}
    </li>
  )
}

function saveAs(content: Blob, name: string): void {
  // Without its type: what a browser would open in a tab is stored all the same.
  const url = URL.createObjectURL(new Blob([content]))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

import { ActionIcon, Alert } from '@mantine/core'
import { IconFile, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Exact } from '../../ui/exact-text.js'
import { sizeOf } from '../../ui/sizes.js'
import classes from './attachments.module.css'
import type { ChosenFiles } from './chosen.js'
import { isDrawn } from './drawn.js'
import type { Chosen } from './taken.js'

/** What goes with the next prompt; each can be taken back. */
export function ChosenList({ chosen }: { chosen: ChosenFiles }) {
  const { files, trouble, remove } = chosen
  return (
    <>
      {trouble && (
        <Alert color="orange" mb={6} role="status">
          {trouble}
        </Alert>
      )}
      {files.length > 0 && (
        <ul className={classes.list} aria-label="Files that go with it">
          {files.map((one) => (
            <ChosenFile key={one.key} chosen={one} remove={() => remove(one.key)} />
          ))}
        </ul>
      )}
    </>
  )
}

function ChosenFile({ chosen: { file }, remove }: { chosen: Chosen; remove(): void }) {
  const source = useObjectUrl(isDrawn(file.type) ? file : null)
  return (
    <li className={classes.file}>
      {source ? <img src={source} alt="" className={classes.small} /> : <IconFile size={18} aria-hidden />}
      <span className={classes.name}>
        <Exact text={file.name} />
      </span>
      <span className={classes.size}>{sizeOf(file.size)}</span>
      <ActionIcon aria-label={`Take ${file.name} back`} size="sm" onClick={remove}>
        <IconX size={14} />
      </ActionIcon>
    </li>
  )
}

/** An address for the content, for as long as the component stands; null for none. */
export function useObjectUrl(content: Blob | null | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (!content) return
    const made = URL.createObjectURL(content)
    setUrl(made)
    return () => {
      setUrl(null)
      URL.revokeObjectURL(made)
    }
  }, [content])
  return url
}

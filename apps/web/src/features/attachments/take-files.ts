import type { ClipboardEvent, DragEvent } from 'react'
import type { ChosenFiles } from './chosen.js'

/** Takes files that are pasted or dropped; texts go where they always go. */
export const takesFiles = ({ add }: ChosenFiles) => ({
  onPaste: (event: ClipboardEvent) => take(event, event.clipboardData, add),
  onDrop: (event: DragEvent) => take(event, event.dataTransfer, add),
  onDragOver: (event: DragEvent) => {
    if (event.dataTransfer.types.includes('Files')) event.preventDefault()
  },
})

function take(event: { preventDefault(): void }, { files }: DataTransfer, add: ChosenFiles['add']): void {
  if (files.length === 0) return
  // Dropped elsewhere, a browser would leave the page for the file.
  event.preventDefault()
  add(files)
}

import type { KeyboardEvent } from 'react'

/** Ctrl+Enter and Cmd+Enter send what is written; Enter alone is a line end. */
export const submitsOn = (submit: () => void) => (event: KeyboardEvent) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return
  event.preventDefault()
  submit()
}

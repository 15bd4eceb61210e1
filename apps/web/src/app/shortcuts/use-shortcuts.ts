import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { type Command, ShortcutReader } from './shortcuts.js'

/** @param open shows what lies over the page */
export function useShortcuts(open: (what: 'palette' | 'sheet') => void): void {
  const navigate = useNavigate()
  const opening = useRef(open)
  opening.current = open
  useEffect(() => {
    const reader = new ShortcutReader()
    const run = (command: Command) => {
      if (typeof command === 'object') void navigate({ to: command.go })
      else if (command === 'next' || command === 'previous') step(command === 'next' ? 1 : -1)
      else if (command === 'search') searchHere() || opening.current('palette')
      else opening.current(command)
    }
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return
      const command = reader.read(event, isTyping(event.target) || isCovered())
      if (!command) return
      event.preventDefault()
      run(command)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [navigate])
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

/** Whether a dialog or a menu lies over the page, which has keys of its own. Some are there all the time, and not shown. */
const isCovered = (): boolean =>
  [...document.querySelectorAll('[role="dialog"], [role="menu"], [role="listbox"]')].some((one) =>
    one.checkVisibility(),
  )

/**
 * Goes to the next row of the page's list, or the one before; each says which it is by `data-step`. Where there is no such
 * list, the page may have buttons that step through what it shows: they say so by `data-steps`.
 */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('#content [data-step]')]
  if (rows.length === 0) document.querySelector<HTMLElement>(`#content [data-steps="${by}"]`)?.click()
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const next = at === -1 && by === -1 ? rows.length - 1 : at + by
  rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus()
}

/** The page's own search, where it has one. */
function searchHere(): boolean {
  const field = document.querySelector<HTMLInputElement>('#content input[data-search]')
  field?.focus()
  return field !== null
}

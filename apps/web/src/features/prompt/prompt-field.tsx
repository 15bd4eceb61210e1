import { Popover, Textarea, VisuallyHidden } from '@mantine/core'
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { Exact } from '../../ui/exact-text.js'
import { submitsOn } from '../../ui/keys.js'
import classes from './prompt.module.css'
import { askedAt, type Command, withChoice } from './suggest.js'
import { useSuggestions } from './use-suggestions.js'

interface PromptFieldProps {
  value: string
  change(text: string): void
  submit(): void
  commands: readonly Command[]
  /** Whose files `@` finds; null: none are there yet. */
  worktree_id: string | null
  placeholder: string
  minRows: number
  maxRows: number
  disabled?: boolean
}

/** Where a prompt is written. `/` offers the agent's commands and `@` files: arrows choose, Enter or Tab takes, Escape closes. */
export function PromptField({ value, change, submit, commands, worktree_id, ...field }: PromptFieldProps) {
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState(0)
  const [chosen, setChosen] = useState(0)
  /** What it was closed at; anything else opens it again. */
  const [closedAt, setClosedAt] = useState<string | null>(null)
  const moveTo = useRef<number | null>(null)
  const asked = askedAt(value, caret)
  const suggestions = useSuggestions(asked, commands, worktree_id)
  const here = asked && `${asked.kind} ${asked.from} ${asked.text}`
  const isOpen = asked !== null && suggestions.length > 0 && closedAt !== here
  const active = Math.min(chosen, suggestions.length - 1)

  // Once the text that was taken stands there, and not before.
  useLayoutEffect(() => {
    if (moveTo.current === null) return
    box.current?.setSelectionRange(moveTo.current, moveTo.current)
    moveTo.current = null
  })

  const take = (choice: string) => {
    if (!asked) return
    const next = withChoice(value, caret, asked, choice)
    moveTo.current = next.caret
    setCaret(next.caret)
    setChosen(0)
    change(next.text)
    box.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing)
    if (!isOpen || !plain) return submitsOn(submit)(event)
    if (event.shiftKey) return
    const step = { ArrowDown: 1, ArrowUp: suggestions.length - 1 }[event.key]
    if (step) setChosen((active + step) % suggestions.length)
    else if (event.key === 'Enter' || event.key === 'Tab') take(suggestions[active]?.value ?? '')
    else if (event.key === 'Escape') setClosedAt(here)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <Popover
      opened={isOpen}
      position="top-start"
      width="target"
      withRoles={false}
      trapFocus={false}
      returnFocus={false}
      onDismiss={() => setClosedAt(here)}
    >
      <Popover.Target>
        <div>
          <Textarea
            {...field}
            ref={box}
            aria-label="Prompt"
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={isOpen ? id : undefined}
            aria-activedescendant={isOpen ? `${id}-${active}` : undefined}
            autosize
            maxLength={500_000}
            value={value}
            onChange={({ currentTarget }) => {
              setCaret(currentTarget.selectionStart)
              setChosen(0)
              change(currentTarget.value)
            }}
            onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
          />
          <VisuallyHidden role="status">
            {isOpen ? `${suggestions.length} suggestions; arrows choose, Enter takes one` : ''}
          </VisuallyHidden>
        </div>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <div
          id={id}
          role="listbox"
          aria-label={asked?.kind === 'path' ? 'Files' : 'Commands'}
          className={classes.list}
        >
          {suggestions.map(({ value: choice, about }, place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, which keeps the focus
            // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus, and says which is active
            <div
              key={choice}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === active}
              className={classes.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(choice)}
            >
              <span className={classes.choice}>
                {asked?.kind === 'command' ? '/' : ''}
                <Exact text={choice} />
              </span>
              {about && <span className={classes.about}>{about}</span>}
            </div>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

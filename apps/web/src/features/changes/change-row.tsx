import { Button, CloseButton, Group, Text, Textarea } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { Exact } from '../../ui/exact-text.js'
import { fileWords } from '../../ui/words.js'
import classes from './changes.module.css'
import { type LineComment, type LinePlace, placeKey, placeOf } from './comments.js'
import { FileCounts } from './file-counts.js'
import type { PatchLine } from './patch.js'
import type { Row } from './rows.js'
import type { Comments } from './use-comments.js'

export interface RowActions {
  toggle(path: string, open: boolean): void
  /** Null where one may not prompt. */
  comment: ((place: LinePlace, text: string) => void) | null
  comments: Comments
  /** The comment that was begun last, which is to be written now. */
  fresh: string | null
}

/** One row of the changes. What files hold and are called is shown as text, with what would not be seen as signs. */
export function ChangeRow({ row, actions }: { row: Row; actions: RowActions }) {
  if (row.kind === 'file') return <FileHead row={row} toggle={actions.toggle} />
  if (row.kind === 'comment') return <CommentBox comment={row.comment} actions={actions} />
  if (row.kind === 'hunk')
    return (
      <div className={classes.hunk}>
        <Shown text={row.head} />
      </div>
    )
  if (row.kind === 'note')
    return (
      <Group className={classes.note} gap="sm">
        <Text size="sm" c="dimmed">
          {row.text}
        </Text>
        {row.more && (
          <Button size="xs" variant="default" onClick={() => actions.toggle(row.file.path, true)}>
            Show them
          </Button>
        )}
      </Group>
    )
  if (row.kind === 'line')
    return (
      <div className={classes.line} data-kind={row.line.kind}>
        <Numbers path={row.path} line={row.line} actions={actions} both />
        <Line line={row.line} />
      </div>
    )
  return (
    <div className={classes.pair}>
      <Half path={row.path} line={row.left} side="old" actions={actions} />
      <Half path={row.path} line={row.right} side="new" actions={actions} />
    </div>
  )
}

function FileHead({ row, toggle }: { row: Row & { kind: 'file' }; toggle: RowActions['toggle'] }) {
  const { file, open } = row
  const Icon = open ? IconChevronDown : IconChevronRight
  return (
    <button
      type="button"
      className={classes.file}
      aria-expanded={open}
      onClick={() => toggle(file.path, !open)}
    >
      <Icon size={16} aria-hidden />
      <span className={classes.path}>
        {file.old_path !== undefined && (
          <>
            <Exact text={file.old_path} /> →{' '}
          </>
        )}
        <Exact text={file.path} />
      </span>
      <span className={classes.status}>{fileWords[file.status] ?? file.status}</span>
      <FileCounts file={file} />
    </button>
  )
}

function Half({
  path,
  line,
  side,
  actions,
}: {
  path: string
  line: PatchLine | null
  side: 'old' | 'new'
  actions: RowActions
}) {
  if (!line) return <div className={classes.half} data-kind="none" />
  return (
    <div className={classes.half} data-kind={line.kind}>
      <Numbers path={path} line={line} actions={actions} side={side} />
      <Line line={line} />
    </div>
  )
}

/** The numbers of a line, which begin a comment on it. */
function Numbers({
  path,
  line,
  actions: { comment },
  both,
  side,
}: {
  path: string
  line: PatchLine
  actions: RowActions
  both?: boolean
  side?: 'old' | 'new'
}) {
  const place = placeOf(path, line)
  const numbers = both ? [line.old, line.new] : [side === 'old' ? line.old : line.new]
  return (
    <button
      type="button"
      className={classes.numbers}
      disabled={comment === null}
      aria-label={`Comment on line ${place.line}${place.side === 'old' ? ' as it was before' : ''}`}
      onClick={() => comment?.(place, line.text)}
    >
      {numbers.map((number, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
        <span key={column}>{number}</span>
      ))}
    </button>
  )
}

const marks = { kept: ' ', added: '+', removed: '-' } as const

function Line({ line: { kind, text, no_newline } }: { line: PatchLine }) {
  return (
    <code className={classes.text}>
      {marks[kind]}
      <Shown text={text} />
      {no_newline && <span className={classes.aside}> no newline at the end</span>}
    </code>
  )
}

/** Characters of one line that are shown: a whole bundle may be in it. */
const widest = 2_000

function Shown({ text }: { text: string }) {
  return (
    <>
      <Exact text={text.slice(0, widest)} />
      {text.length > widest && (
        <span className={classes.aside}> … {text.length - widest} more characters</span>
      )}
    </>
  )
}

function CommentBox({ comment, actions }: { comment: LineComment; actions: RowActions }) {
  const { comments, fresh } = actions
  return (
    <div className={classes.comment}>
      <Textarea
        aria-label={`Comment on ${comment.path}, line ${comment.line}`}
        placeholder="What the agent should know or do about this line"
        autosize
        minRows={2}
        maxRows={12}
        maxLength={20_000}
        autoFocus={fresh === placeKey(comment)}
        value={comment.text}
        onChange={(event) => comments.write(comment, event.currentTarget.value)}
        className={classes.writing}
      />
      <CloseButton aria-label="Take the comment away" onClick={() => comments.drop(comment)} />
    </div>
  )
}

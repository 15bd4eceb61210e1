import { Center, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import type { DiffAnswer } from '@yardmaster/client'
import type { Session } from '@yardmaster/protocol'
import { useCallback, useMemo, useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { useMayIn } from '../../data/ability.js'
import { useClient, useMe } from '../../data/signed-in.js'
import { Empty } from '../../ui/empty.js'
import { Page } from '../../ui/page.js'
import { usePhone } from '../../ui/phone.js'
import { Trouble } from '../../ui/trouble.js'
import { ChangeRow, type RowActions } from './change-row.js'
import classes from './changes.module.css'
import { ChangesBar } from './changes-bar.js'
import { type LinePlace, placeKey } from './comments.js'
import { FileList } from './file-list.js'
import { rowsOf } from './rows.js'
import { SendComments } from './send-comments.js'
import { useComments } from './use-comments.js'

/** What a session changed, to be read file by file, and commented on line by line. */
export function ChangesPage() {
  const { id } = useParams({ from: '/sessions/$id/changes' })
  const client = useClient()
  const session = useQuery({ queryKey: ['sessions', id], queryFn: () => client.service('sessions').get(id) })
  return (
    <Page title="Changes">
      {session.isError && <Trouble error={session.error} retry={session.refetch} />}
      {session.data && <Changes key={id} session={session.data} />}
    </Page>
  )
}

function Changes({ session }: { session: Session }) {
  const search = useSearch({ from: '/sessions/$id/changes' })
  const client = useClient()
  const { task_id } = search
  const diff = useQuery({
    // By the state too: when a run begins or ends, the worktree is read again.
    queryKey: ['diff', session.id, task_id, session.status],
    queryFn: () => client.service('sessions').diff({ id: session.id, ...(task_id ? { task_id } : {}) }),
    staleTime: 0,
    placeholderData: (before, query) => (query?.queryKey[2] === task_id ? before : undefined),
  })
  const comments = useComments(session.id)
  // On a phone each side would be a few words wide.
  const roomy = !usePhone()
  const me = useMe()
  const allowed = useMayIn(session.worktree_id)('prompt', 'sessions', { own: session.created_by === me.id })
  return (
    <div className={classes.page}>
      <ChangesBar session={session} search={search} refresh={diff.refetch} refreshing={diff.isFetching} />
      {diff.isError && <Trouble error={diff.error} retry={diff.refetch} />}
      {diff.isPending && (
        <Center flex={1}>
          <Loader aria-label="Reading the changes" />
        </Center>
      )}
      {diff.data?.files.length === 0 && (
        <Empty title="Nothing changed">
          {task_id
            ? 'This task left every file as it was, or did not come to run.'
            : 'The worktree is as its target branch.'}
        </Empty>
      )}
      {diff.data && diff.data.files.length > 0 && (
        <Files
          diff={diff.data}
          split={search.split === true && roomy}
          comments={comments}
          allowed={allowed}
        />
      )}
      <SendComments session={session} comments={comments} allowed={allowed} />
    </div>
  )
}

function Files({
  diff: { files },
  split,
  comments,
  allowed,
}: {
  diff: DiffAnswer
  split: boolean
  comments: RowActions['comments']
  allowed: boolean
}) {
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [fresh, setFresh] = useState<string | null>(null)
  const list = useRef<VirtuosoHandle>(null)
  const rows = useMemo(
    () => rowsOf(files, { split, opened, comments: comments.all }),
    [files, split, opened, comments.all],
  )
  const toggle = useCallback(
    (path: string, open: boolean) => setOpened((now) => new Map(now).set(path, open)),
    [],
  )
  const comment = (place: LinePlace, text: string) => {
    setFresh(placeKey(place))
    comments.begin(place, text)
  }
  const actions: RowActions = { toggle, comment: allowed ? comment : null, comments, fresh }
  const go = (path: string) =>
    list.current?.scrollToIndex({
      index: rows.findIndex((row) => row.kind === 'file' && row.file.path === path),
      align: 'start',
    })
  return (
    <div className={classes.columns}>
      <FileList files={files} go={go} />
      <Virtuoso
        ref={list}
        className={classes.rows as string}
        data={rows}
        increaseViewportBy={600}
        components={{ Footer: Below }}
        itemContent={(_place, row) => <ChangeRow row={row} actions={actions} />}
      />
    </div>
  )
}

/** Room below the last line, so that a comment on it can be seen while it is written. */
const Below = () => <div className={classes.below} />

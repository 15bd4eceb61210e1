import { Button, Tooltip } from '@mantine/core'
import { IconArchive, IconArchiveOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Worktree } from '@yardmaster/protocol'
import { useState } from 'react'
import { useMayIn } from '../../data/ability.js'
import { useList } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { ConfirmDialog } from '../../ui/confirm-dialog.js'
import { noLeave } from '../../ui/words.js'

/** Puts a worktree into the archive, having asked, and takes it out again at once. */
export function Archive({ of: { id, name, archived_at } }: { of: Worktree }) {
  const client = useClient()
  const allowed = useMayIn(id)('patch', 'worktrees', {}, 'archived_at')
  const archived = archived_at !== null
  const [asking, setAsking] = useState(false)
  const put = (at: string | null) => client.service('worktrees').patch(id, { archived_at: at })
  const takeOut = useMutation({ mutationFn: () => put(null) })
  return (
    <>
      <Tooltip label={noLeave} disabled={allowed}>
        <Button
          variant="default"
          leftSection={archived ? <IconArchiveOff size={16} /> : <IconArchive size={16} />}
          disabled={!allowed}
          loading={takeOut.isPending}
          onClick={() => (archived ? takeOut.mutate() : setAsking(true))}
        >
          {archived ? 'Take out of the archive' : 'Archive'}
        </Button>
      </Tooltip>
      {asking && (
        <ConfirmDialog
          title={`Archive ${name}`}
          action="Archive it"
          run={() => put(new Date().toISOString())}
          close={() => setAsking(false)}
        >
          No new session begins in it, and it leaves the list of worktrees. Its sessions, files and branch
          stay.
          <Uncommitted worktree_id={id} />
        </ConfirmDialog>
      )}
    </>
  )
}

/** Known as of the end of the last run; what people changed since is not. */
function Uncommitted({ worktree_id }: { worktree_id: string }) {
  const { data } = useList('tasks', { worktree_id, $sort: { created_at: -1 }, $limit: 20, $total: false })
  const last = data?.data.find(({ git_state }) => git_state?.end)
  return last?.git_state?.end?.dirty ? <b> The last run left changes that are not committed.</b> : null
}

import { ActionIcon, Menu } from '@mantine/core'
import {
  IconArchive,
  IconArchiveOff,
  IconDots,
  IconGitFork,
  IconPencil,
  IconSitemap,
} from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Session } from '@yardmaster/protocol'
import { useState } from 'react'
import { useMayIn } from '../../data/ability.js'
import { useClient, useMe } from '../../data/signed-in.js'
import { RenameDialog } from '../../ui/rename-dialog.js'
import { SpawnDialog } from './spawn-dialog.js'

/** What one can do with a session beside prompting it. */
export function SessionMenu({ session }: { session: Session }) {
  const client = useClient()
  const navigate = useNavigate()
  const me = useMe()
  const mayI = useMayIn(session.worktree_id)
  const own = session.created_by === me.id
  const [dialog, setDialog] = useState<'rename' | 'spawn' | null>(null)
  const archived = session.archived_at !== null
  const archive = useMutation({
    mutationFn: () =>
      client
        .service('sessions')
        .patch(session.id, { archived_at: archived ? null : new Date().toISOString() }),
  })
  const fork = useMutation({
    mutationFn: () => client.service('sessions').fork({ id: session.id }),
    onSuccess: ({ id }) => navigate({ to: '/sessions/$id', params: { id } }),
  })
  const mayChange = mayI('patch', 'sessions', { own })
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label="More of this session">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={16} />}
            disabled={!mayChange}
            onClick={() => setDialog('rename')}
          >
            Rename
          </Menu.Item>
          <Menu.Item
            leftSection={<IconGitFork size={16} />}
            disabled={!mayI('create', 'sessions') || fork.isPending}
            onClick={() => fork.mutate()}
          >
            Fork into a new worktree
          </Menu.Item>
          <Menu.Item
            leftSection={<IconSitemap size={16} />}
            disabled={!mayI('create', 'sessions')}
            onClick={() => setDialog('spawn')}
          >
            Spawn a session
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={archived ? <IconArchiveOff size={16} /> : <IconArchive size={16} />}
            disabled={!mayChange || archive.isPending}
            onClick={() => archive.mutate()}
          >
            {archived ? 'Take out of the archive' : 'Archive'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'rename' && (
        <RenameDialog
          title="Rename the session"
          label="Title"
          name={session.title ?? ''}
          longest={500}
          optional
          run={(title) => client.service('sessions').patch(session.id, { title: title || null })}
          close={() => setDialog(null)}
        />
      )}
      {dialog === 'spawn' && <SpawnDialog session={session} close={() => setDialog(null)} />}
    </>
  )
}

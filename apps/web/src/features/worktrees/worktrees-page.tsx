import { Checkbox, Text } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Worktree } from '@yardmaster/protocol'
import { TableVirtuoso } from 'react-virtuoso'
import { useAll, useById } from '../../data/lists.js'
import { Empty } from '../../ui/empty.js'
import { Page } from '../../ui/page.js'
import rows from '../../ui/rows.module.css'
import { Ago } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { levelWords } from '../../ui/words.js'
import { PersonName } from '../sessions/person-name.js'
import { DiskUse } from './disk-use.js'
import classes from './worktrees.module.css'

/** Every worktree that one may see; each leads to who may do what there. */
export function WorktreesPage() {
  const { archived = false } = useSearch({ from: '/worktrees' })
  const navigate = useNavigate({ from: '/worktrees' })
  const found = useAll('worktrees')
  const shown = (found.data ?? [])
    .filter(({ archived_at }) => archived || archived_at === null)
    .sort((a, b) => b.created_at.localeCompare(a.created_at))
  return (
    <Page
      title="Worktrees"
      actions={
        <Checkbox
          label="Archived too"
          checked={archived}
          onChange={({ currentTarget }) =>
            void navigate({ search: currentTarget.checked ? { archived: true } : {} })
          }
        />
      }
    >
      {found.isError && <Trouble error={found.error} retry={found.refetch} />}
      {found.isSuccess && shown.length === 0 && (
        <Empty title="No worktree yet">
          <Link to="/new">A new session</Link> makes one.
        </Empty>
      )}
      {shown.length > 0 && (
        <TableVirtuoso
          className={`${rows.rows} ${classes.table}`}
          data={shown}
          computeItemKey={(_place, { id }) => id}
          fixedHeaderContent={Head}
          itemContent={(_place, worktree) => <Cells worktree={worktree} />}
        />
      )}
    </Page>
  )
}

const Head = () => (
  <tr>
    <th scope="col">Worktree</th>
    <th scope="col" className={rows.spacious}>
      Branch
    </th>
    <th scope="col" className={rows.spacious}>
      Everybody here
    </th>
    <th scope="col" className={rows.spacious}>
      By
    </th>
    <th scope="col" className={rows.spacious}>
      Made
    </th>
    <th scope="col">On the disk</th>
    <th scope="col">Sessions</th>
  </tr>
)

function Cells({ worktree }: { worktree: Worktree }) {
  const repo = useById('repos').get(worktree.repo_id)
  return (
    <>
      <td>
        <Link to="/worktrees/$id" params={{ id: worktree.id }} data-step>
          {repo ? `${repo.name} / ` : ''}
          {worktree.name}
        </Link>
        {worktree.archived_at !== null && (
          <Text span size="xs" c="dimmed">
            {' '}
            archived
          </Text>
        )}
      </td>
      <td className={rows.spacious}>{worktree.branch}</td>
      <td className={rows.spacious}>{levelWords[worktree.others_can].title}</td>
      <td className={rows.spacious}>
        <PersonName id={worktree.created_by} />
      </td>
      <td className={rows.spacious}>
        <Ago at={worktree.created_at} />
      </td>
      <td>
        <DiskUse worktree={worktree} />
      </td>
      <td>
        <Link to="/sessions" search={{ worktree: worktree.id }}>
          Show
        </Link>
      </td>
    </>
  )
}

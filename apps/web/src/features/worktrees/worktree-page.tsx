import { Group, Text } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import type { Worktree } from '@yardmaster/protocol'
import { useAll, useById } from '../../data/lists.js'
import { Empty } from '../../ui/empty.js'
import { Page } from '../../ui/page.js'
import { Trouble } from '../../ui/trouble.js'
import { AddGrant } from './add-grant.js'
import { Allowances } from './allowances.js'
import { Archive } from './archive.js'
import { DiskUse } from './disk-use.js'
import { Grants } from './grants.js'
import { OthersCan } from './others-can.js'
import { People } from './people.js'
import classes from './worktrees.module.css'

/** One worktree: what it is, and who may do what there and why. */
export function WorktreePage() {
  const { id } = useParams({ from: '/worktrees/$id' })
  const { isSuccess, error, isError, refetch } = useAll('worktrees')
  const worktree = useById('worktrees').get(id)
  if (worktree) return <One key={id} worktree={worktree} />
  if (isError) return <Trouble error={error} retry={refetch} />
  if (!isSuccess) return null
  return <Empty title="There is no such worktree">It was removed, or you have no access to it.</Empty>
}

function One({ worktree }: { worktree: Worktree }) {
  const repo = useById('repos').get(worktree.repo_id)
  return (
    <Page
      title={repo ? `${repo.name} / ${worktree.name}` : worktree.name}
      actions={<Archive of={worktree} />}
    >
      <div className={classes.one}>
        <Group gap="lg">
          <Text size="sm">
            Branch <code>{worktree.branch}</code>, to be merged into <code>{worktree.target_branch}</code>
          </Text>
          <Text size="sm">
            <DiskUse worktree={worktree} /> on the disk
          </Text>
          <Text size="sm">
            <Link to="/sessions" search={{ worktree: worktree.id }}>
              Its sessions
            </Link>
          </Text>
        </Group>
        <OthersCan worktree={worktree} />
        <Grants worktree={worktree} />
        <AddGrant worktree={worktree} />
        <People worktree={worktree} />
        <Allowances worktree={worktree} />
      </div>
    </Page>
  )
}

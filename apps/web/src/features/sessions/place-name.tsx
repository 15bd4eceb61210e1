import { Text } from '@mantine/core'
import { useById } from '../../data/lists.js'

/** The worktree of a session, with its repo. */
export function PlaceName({ worktree_id }: { worktree_id: string }) {
  const worktree = useById('worktrees').get(worktree_id)
  const repo = useById('repos').get(worktree?.repo_id ?? '')
  return (
    <Text span size="xs" c="dimmed" truncate>
      {repo ? `${repo.name} / ` : ''}
      {worktree?.name ?? '…'}
    </Text>
  )
}

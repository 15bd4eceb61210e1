import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Worktree } from '@yardmaster/protocol'
import { useClient } from '../../data/signed-in.js'
import { failureText } from '../../ui/failure.js'
import { size } from '../../ui/size.js'

/** What a worktree's files take on its host. */
export function DiskUse({ worktree: { id } }: { worktree: Worktree }) {
  const client = useClient()
  const { data, error } = useQuery({
    queryKey: ['disk', id],
    queryFn: () => client.service('worktrees').disk({ id }),
    // Each look reads the whole directory.
    staleTime: 5 * 60_000,
    retry: false,
  })
  if (error)
    return (
      <Text span size="sm" c="dimmed" title={failureText(error)}>
        unknown
      </Text>
    )
  if (!data) return <>…</>
  const files = `${data.files.toLocaleString()} files`
  return (
    <span title={data.complete ? files : `More than could be counted: ${files} so far`}>
      {data.complete ? '' : 'over '}
      {size(data.bytes)}
    </span>
  )
}

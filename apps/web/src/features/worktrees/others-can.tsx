import { Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { othersLevels, type Worktree } from '@yardmaster/protocol'
import { useMayIn } from '../../data/ability.js'
import { useClient } from '../../data/signed-in.js'
import { levelWords, noLeave } from '../../ui/words.js'

/** What everybody may do here who was granted nothing. */
export function OthersCan({ worktree: { id, others_can } }: { worktree: Worktree }) {
  const client = useClient()
  const allowed = useMayIn(id)('patch', 'worktrees', {}, 'others_can')
  const change = useMutation({
    mutationFn: (level: string) => client.service('worktrees').patch(id, { others_can: level }),
  })
  return (
    <Select
      label="Everybody here"
      description={allowed ? levelWords[others_can].about : `${levelWords[others_can].about}. ${noLeave}`}
      data={othersLevels.map((level) => ({ value: level, label: levelWords[level].title }))}
      value={others_can}
      onChange={(level) => level && change.mutate(level)}
      allowDeselect={false}
      disabled={!allowed || change.isPending}
      maw={420}
    />
  )
}

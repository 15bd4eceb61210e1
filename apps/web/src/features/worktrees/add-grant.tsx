import { Button, Group, Select, Tooltip } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { grantLevels, type Worktree } from '@yardmaster/protocol'
import { useState } from 'react'
import { useMayIn } from '../../data/ability.js'
import { useAll } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { levelWords, noLeave } from '../../ui/words.js'

/** Gives a person or a team a level here. */
export function AddGrant({ worktree: { id } }: { worktree: Worktree }) {
  const client = useClient()
  const allowed = useMayIn(id)('create', 'grants')
  const { data: users = [] } = useAll('users')
  const { data: teams = [] } = useAll('teams')
  const [whom, setWhom] = useState<string | null>(null)
  const [level, setLevel] = useState<string>('prompt')
  const add = useMutation({
    mutationFn: (to: string) =>
      client.service('grants').create({
        worktree_id: id,
        level,
        ...(teams.some((team) => team.id === to) ? { team_id: to } : { user_id: to }),
      }),
    onSuccess: () => setWhom(null),
    meta: { changes: ['grants', 'worktrees'] },
  })
  const choices = [
    { group: 'People', items: users.map((user) => ({ value: user.id, label: user.name })) },
    { group: 'Teams', items: teams.map((team) => ({ value: team.id, label: team.name })) },
  ]
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (whom) add.mutate(whom)
      }}
    >
      <Group align="end" gap="sm">
        <Select
          label="Person or team"
          placeholder="Whom"
          data={choices.filter(({ items }) => items.length > 0)}
          value={whom}
          onChange={setWhom}
          searchable
          disabled={!allowed}
        />
        <Select
          label="May"
          data={grantLevels.map((one) => ({ value: one, label: levelWords[one].title }))}
          value={level}
          onChange={(chosen) => chosen && setLevel(chosen)}
          allowDeselect={false}
          disabled={!allowed}
        />
        <Tooltip label={noLeave} disabled={allowed}>
          <Button type="submit" size="sm" disabled={!allowed || !whom} loading={add.isPending}>
            Grant
          </Button>
        </Tooltip>
      </Group>
    </form>
  )
}

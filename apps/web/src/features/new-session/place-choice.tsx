import { Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { useMay } from '../../data/ability.js'
import { useAll, useById } from '../../data/lists.js'
import { usePhone } from '../../ui/phone.js'
import type { Place } from './begin-session.js'

/** A new worktree of a repository, one that is there, or a repository that is new itself. */
export function PlaceChoice({ place, change }: { place: Place; change(place: Place): void }) {
  const { data: repos = [] } = useAll('repos')
  const { data: worktrees = [] } = useAll('worktrees')
  const repoOf = useById('repos')
  const mayAddRepo = useMay()('create', 'repos')
  const open = worktrees.filter(({ archived_at }) => archived_at === null)
  const kinds = [
    { value: 'new', label: 'New worktree', disabled: repos.length === 0 },
    { value: 'existing', label: 'Existing worktree', disabled: open.length === 0 },
    { value: 'repo', label: 'Add a repository', disabled: !mayAddRepo },
  ]
  const pick = (kind: string) => {
    if (kind === 'new') change({ kind, repo_id: repos[0]?.id ?? '', name: '' })
    else if (kind === 'existing') change({ kind, worktree_id: open.at(-1)?.id ?? '' })
    else change({ kind: 'repo', path: '' })
  }
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Where"
        data={kinds}
        value={place.kind}
        onChange={pick}
        orientation={usePhone() ? 'vertical' : 'horizontal'}
        fullWidth
      />
      {place.kind === 'new' && (
        <Group grow align="start">
          <Select
            label="Repository"
            data={repos.map(({ id, name }) => ({ value: id, label: name }))}
            value={place.repo_id}
            onChange={(repo_id) => repo_id && change({ ...place, repo_id })}
            searchable
            allowDeselect={false}
          />
          <TextInput
            label="Name and branch"
            placeholder="Made from the prompt"
            maxLength={63}
            value={place.name}
            onChange={(event) => change({ ...place, name: event.currentTarget.value })}
          />
        </Group>
      )}
      {place.kind === 'existing' && (
        <Select
          label="Worktree"
          data={open.map(({ id, name, repo_id }) => ({
            value: id,
            label: `${repoOf.get(repo_id)?.name ?? '…'} / ${name}`,
          }))}
          value={place.worktree_id}
          onChange={(worktree_id) => worktree_id && change({ ...place, worktree_id })}
          searchable
          allowDeselect={false}
        />
      )}
      {place.kind === 'repo' && (
        <TextInput
          label="Repository"
          description="The path of a git repository on the machine where the daemon runs, or an https or ssh url to clone"
          placeholder="~/code/shop"
          required
          value={place.path}
          onChange={(event) => change({ ...place, path: event.currentTarget.value })}
        />
      )}
    </Stack>
  )
}

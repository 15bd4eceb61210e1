import { Checkbox, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useHarnesses } from '../../data/harnesses.js'
import { useAll } from '../../data/lists.js'
import { FilterSelect } from '../../ui/filter-select.js'
import classes from './sessions.module.css'
import type { TableSearch } from './table-search.js'

/** The filters of the table; each goes into the address, so that what one sees can be sent to somebody. */
export function TableFilters({ search }: { search: TableSearch }) {
  const navigate = useNavigate({ from: '/sessions' })
  const { data: repos = [] } = useAll('repos')
  const { data: worktrees = [] } = useAll('worktrees')
  const { data: people = [] } = useAll('users')
  const harnesses = useHarnesses()
  const set = (change: { [Name in keyof TableSearch]: TableSearch[Name] | undefined }) =>
    void navigate({ search: (now) => ({ ...now, ...change }) as TableSearch, replace: true })
  const setText = useDebouncedCallback((text: string) => set({ text: text || undefined }), 200)
  const named = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name })

  return (
    <search className={classes.filters}>
      <TextInput
        aria-label="Text in the title"
        data-search
        placeholder="Title"
        leftSection={<IconSearch size={16} />}
        defaultValue={search.text ?? ''}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <FilterSelect
        label="Repository"
        data={repos.map(named)}
        value={search.repo}
        onChoice={(repo) => set({ repo, worktree: undefined })}
      />
      <FilterSelect
        label="Worktree"
        data={worktrees.filter(({ repo_id }) => !search.repo || repo_id === search.repo).map(named)}
        value={search.worktree}
        onChoice={(worktree) => set({ worktree })}
      />
      <FilterSelect
        label="Person"
        data={people.map(named)}
        value={search.person}
        onChoice={(person) => set({ person })}
      />
      <FilterSelect
        label="Agent"
        data={harnesses.map(named)}
        value={search.harness}
        onChoice={(harness) => set({ harness })}
      />
      <Checkbox
        label="Archived too"
        checked={search.archived ?? false}
        onChange={(event) => set({ archived: event.currentTarget.checked || undefined })}
        my="auto"
      />
    </search>
  )
}

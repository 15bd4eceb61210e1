import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { policies } from '@yardmaster/policy'
import { useAll } from '../../data/lists.js'
import { FilterSelect } from '../../ui/filter-select.js'
import { outcomeWords } from '../../ui/words.js'
import classes from './admin.module.css'
import type { AuditSearch } from './audit-search.js'

const reads = ['find', 'get']
const resources = policies.map(({ resource }) => resource).sort()
const methodsOf = (resource: string | undefined) =>
  [
    ...new Set(
      policies
        .filter((policy) => !resource || policy.resource === resource)
        .flatMap(({ methods }) => Object.keys(methods)),
    ),
  ]
    .filter((method) => !reads.includes(method))
    .sort()

/** The filters of the audit log, which stand in the address. */
export function AuditFilters({ search }: { search: AuditSearch }) {
  const navigate = useNavigate({ from: '/admin/audit' })
  const { data: people = [] } = useAll('users')
  const set = (change: { [Name in keyof AuditSearch]: AuditSearch[Name] | undefined }) =>
    void navigate({ search: (now) => ({ ...now, ...change }) as AuditSearch, replace: true })
  return (
    <search className={classes.filters}>
      <FilterSelect
        label="Person"
        data={people.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.person}
        onChoice={(person) => set({ person })}
      />
      <FilterSelect
        label="Of what"
        data={resources}
        value={search.resource}
        onChoice={(resource) => set({ resource, method: undefined })}
      />
      <FilterSelect
        label="What was done"
        data={methodsOf(search.resource)}
        value={search.method}
        onChoice={(method) => set({ method })}
      />
      <FilterSelect
        label="Outcome"
        data={Object.entries(outcomeWords).map(([value, label]) => ({ value, label }))}
        value={search.outcome}
        onChoice={(outcome) => set({ outcome: outcome as AuditSearch['outcome'] })}
      />
      <TextInput
        type="date"
        aria-label="From"
        title="From"
        value={search.from ?? ''}
        onChange={(event) => set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        aria-label="Until"
        title="Until"
        value={search.until ?? ''}
        onChange={(event) => set({ until: event.currentTarget.value || undefined })}
      />
    </search>
  )
}

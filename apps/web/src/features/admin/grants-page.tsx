import { ActionIcon, type SelectProps } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Grant } from '@yardmaster/protocol'
import { useState } from 'react'
import { TableVirtuoso } from 'react-virtuoso'
import { useAll, useById } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { ConfirmDialog } from '../../ui/confirm-dialog.js'
import { Empty } from '../../ui/empty.js'
import { FilterSelect } from '../../ui/filter-select.js'
import rows from '../../ui/rows.module.css'
import { Ago } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { levelWords } from '../../ui/words.js'
import { usePersonName } from '../sessions/person-name.js'
import classes from './admin.module.css'
import { AdminPage } from './admin-page.js'
import { type GrantsSearch, grantsSearch, grantsThatFit } from './grants-search.js'

/** Every level that was given, to whom and on what; each can be taken back. */
export function GrantsPage() {
  const search = useSearch({ from: '/admin/grants' })
  const client = useClient()
  const found = useAll('grants')
  const worktrees = useById('worktrees')
  const holderOf = useHolderName()
  const [taking, setTaking] = useState<Grant | null>(null)
  const grants = grantsThatFit(found.data ?? [], search, worktrees)
  return (
    <AdminPage title="Grants" whole>
      <Filters search={search} />
      {found.isError && <Trouble error={found.error} retry={found.refetch} />}
      {found.isSuccess && grants.length === 0 && (
        <Empty title="No grant fits">
          Levels are given on the page of a worktree, and by the command line.
        </Empty>
      )}
      {grants.length > 0 && (
        <TableVirtuoso
          className={`${rows.rows} ${classes.many}`}
          data={grants}
          computeItemKey={(_place, { id }) => id}
          fixedHeaderContent={() => (
            <tr>
              <th scope="col">Who</th>
              <th scope="col">May</th>
              <th scope="col">Where</th>
              <th scope="col">Since</th>
              <th scope="col" aria-label="Actions" />
            </tr>
          )}
          itemContent={(_place, grant) => (
            <>
              <td>{holderOf(grant)}</td>
              <td>{levelWords[grant.level].title}</td>
              <td>
                <Where grant={grant} />
              </td>
              <td>
                <Ago at={grant.created_at} />
              </td>
              <td>
                <ActionIcon aria-label={`Take it from ${holderOf(grant)}`} onClick={() => setTaking(grant)}>
                  <IconTrash size={16} />
                </ActionIcon>
              </td>
            </>
          )}
        />
      )}
      {taking && (
        <ConfirmDialog
          title={`Take it from ${holderOf(taking)}`}
          action="Take back"
          run={() => client.service('grants').remove(taking.id)}
          changes={['grants', 'worktrees']}
          close={() => setTaking(null)}
        >
          They keep what another grant, a team or their role gives them.
        </ConfirmDialog>
      )}
    </AdminPage>
  )
}

function useHolderName(): (grant: Grant) => string {
  const person = usePersonName()
  const { data: teams = [] } = useAll('teams')
  return ({ user_id, team_id }) =>
    team_id ? `Team ${teams.find(({ id }) => id === team_id)?.name ?? '…'}` : person(user_id)
}

function Where({ grant: { repo_id, worktree_id } }: { grant: Grant }) {
  const repos = useById('repos')
  const worktree = useById('worktrees').get(worktree_id ?? '')
  const repo = repos.get(repo_id ?? worktree?.repo_id ?? '')
  if (worktree_id === null) return <>{repo?.name ?? '…'}, all of it</>
  return (
    <Link to="/worktrees/$id" params={{ id: worktree_id }}>
      {repo?.name ?? '…'} / {worktree?.name ?? '…'}
    </Link>
  )
}

function Filters({ search }: { search: GrantsSearch }) {
  const navigate = useNavigate({ from: '/admin/grants' })
  const named = (all: readonly { id: string; name: string }[]) =>
    all.map(({ id, name }) => ({ value: id, label: name }))
  const { data: people = [] } = useAll('users')
  const { data: teams = [] } = useAll('teams')
  const { data: repos = [] } = useAll('repos')
  const { data: worktrees = [] } = useAll('worktrees')
  const filter = (name: keyof GrantsSearch, label: string, data: SelectProps['data']) => (
    <FilterSelect
      label={label}
      data={data}
      value={search[name]}
      onChoice={(value) =>
        void navigate({ search: (now) => grantsSearch({ ...now, [name]: value }), replace: true })
      }
    />
  )
  return (
    <search className={classes.filters}>
      {filter(
        'holder',
        'Person or team',
        [
          { group: 'People', items: named(people) },
          { group: 'Teams', items: named(teams) },
        ].filter(({ items }) => items.length > 0),
      )}
      {filter('repo', 'Repository', named(repos))}
      {filter('worktree', 'Worktree', named(worktrees))}
    </search>
  )
}

import { useMantineColorScheme } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { navigation } from '../../app/navigation.js'
import { useMay } from '../../data/ability.js'
import { useAll, useById } from '../../data/lists.js'
import { signIn } from '../../data/sign-in.js'
import { useClient } from '../../data/signed-in.js'
import { nameOf } from '../sessions/session-name.js'
import { best } from './fuzzy.js'

/** Something to go to, or to do. */
export interface Entry {
  key: string
  label: string
  about?: string
  run(): unknown
}

/** Entries of each kind at most. */
const most = 6

/** @param showShortcuts opens their sheet */
export function useEntries(typed: string, showShortcuts: () => void): { title: string; entries: Entry[] }[] {
  const groups = [
    { title: 'Sessions', entries: useSessions(typed) },
    { title: 'Pages', entries: usePages(typed) },
    { title: 'Worktrees', entries: useWorktrees(typed) },
    { title: 'Actions', entries: useActions(typed, showShortcuts) },
  ]
  return groups.filter(({ entries }) => entries.length > 0)
}

/** Looked for by the daemon, in all that I may see; those that moved last where nothing is typed. */
function useSessions(typed: string): Entry[] {
  const client = useClient()
  const navigate = useNavigate()
  const worktrees = useById('worktrees')
  const text = typed.trim()
  const { data } = useQuery({
    queryKey: ['sessions', 'palette', text],
    queryFn: () =>
      client.service('sessions').find({
        query: {
          ...(text ? { text } : { archived_at: null }),
          ...{ $sort: { last_activity_at: -1 }, $limit: most, $total: false },
        },
      }),
    placeholderData: keepPreviousData,
  })
  return (data?.data ?? []).map((session) => ({
    key: session.id,
    label: nameOf(session),
    about: worktrees.get(session.worktree_id)?.name ?? '',
    run: () => navigate({ to: '/sessions/$id', params: { id: session.id } }),
  }))
}

function usePages(typed: string): Entry[] {
  const navigate = useNavigate()
  const mayI = useMay()
  const pages = [
    ...navigation.filter((entry) => !('needs' in entry) || mayI(...entry.needs)),
    { to: '/new', label: 'New session' },
    { to: '/account', label: 'Account' },
  ]
  return best(typed, pages, ({ label }) => label, 10).map(({ to, label }) => ({
    key: to,
    label,
    run: () => navigate({ to }),
  }))
}

function useWorktrees(typed: string): Entry[] {
  const navigate = useNavigate()
  const { data = [] } = useAll('worktrees')
  const repos = useById('repos')
  if (typed.trim() === '') return []
  const open = data
    .filter(({ archived_at }) => archived_at === null)
    .map(({ id, name, repo_id }) => ({ id, label: `${repos.get(repo_id)?.name ?? ''} / ${name}` }))
  return best(typed, open, ({ label }) => label, most).map(({ id, label }) => ({
    key: id,
    label,
    run: () => navigate({ to: '/worktrees/$id', params: { id } }),
  }))
}

function useActions(typed: string, showShortcuts: () => void): Entry[] {
  const { setColorScheme } = useMantineColorScheme()
  const actions = [
    { label: 'Light colours', run: () => setColorScheme('light') },
    { label: 'Dark colours', run: () => setColorScheme('dark') },
    { label: 'Colours as the system has them', run: () => setColorScheme('auto') },
    { label: 'Keyboard shortcuts', run: showShortcuts },
    { label: 'Sign out', run: () => signIn.signOut() },
  ]
  return best(typed, actions, ({ label }) => label, most).map((action) => ({ ...action, key: action.label }))
}

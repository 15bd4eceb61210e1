import {
  IconChartBar,
  IconColumns3,
  IconGitBranch,
  IconInbox,
  IconShield,
  IconTable,
} from '@tabler/icons-react'

interface Entry {
  to: string
  label: string
  icon: typeof IconInbox
  /** What one must be let do, for it to be there: method and resource. */
  needs?: readonly [string, string]
}

/** What stands in the bar at the side, from top to bottom. */
export const navigation = [
  { to: '/', label: 'Needs me', icon: IconInbox },
  { to: '/board', label: 'Board', icon: IconColumns3 },
  { to: '/sessions', label: 'All sessions', icon: IconTable },
  { to: '/worktrees', label: 'Worktrees', icon: IconGitBranch },
  { to: '/usage', label: 'Usage', icon: IconChartBar },
  { to: '/admin/people', label: 'Admin', icon: IconShield, needs: ['find', 'invitations'] },
] as const satisfies readonly Entry[]

import { IconColumns3, IconInbox, IconTable } from '@tabler/icons-react'

/** What stands in the bar at the side, from top to bottom. */
export const navigation = [
  { to: '/', label: 'Needs me', icon: IconInbox },
  { to: '/board', label: 'Board', icon: IconColumns3 },
  { to: '/sessions', label: 'All sessions', icon: IconTable },
] as const

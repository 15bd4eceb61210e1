import { Stack } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMay } from '../../data/ability.js'
import { Empty } from '../../ui/empty.js'
import { Page } from '../../ui/page.js'
import { adminsOnly } from '../../ui/words.js'
import classes from './admin.module.css'

const parts = [
  { to: '/admin/people', label: 'People' },
  { to: '/admin/teams', label: 'Teams' },
  { to: '/admin/grants', label: 'Grants' },
  { to: '/admin/tokens', label: 'API tokens' },
  { to: '/admin/runtimes', label: 'Runtimes' },
  { to: '/admin/settings', label: 'Settings' },
  { to: '/admin/audit', label: 'Audit log' },
] as const

/**
 * The frame of the pages that govern: what else there is, and nothing for whoever is no admin.
 *
 * @param whole the page scrolls by itself
 */
export function AdminPage({
  title,
  actions,
  whole = false,
  children,
}: {
  title: string
  actions?: ReactNode
  whole?: boolean
  children: ReactNode
}) {
  const mayI = useMay()
  const admin = mayI('find', 'invitations')
  return (
    <Page title={title} actions={admin && actions}>
      {admin ? (
        <div className={classes.frame}>
          <nav className={classes.parts} aria-label="Admin">
            {parts.map(({ to, label }) => (
              <Link key={to} to={to} className={classes.part}>
                {label}
              </Link>
            ))}
          </nav>
          {whole ? children : <Stack className={classes.content}>{children}</Stack>}
        </div>
      ) : (
        <Empty title={adminsOnly.title}>{adminsOnly.about}</Empty>
      )}
    </Page>
  )
}

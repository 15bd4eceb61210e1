import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { auditSearch } from '../features/admin/audit-search.js'
import { grantsSearch } from '../features/admin/grants-search.js'
import { changesSearch } from '../features/changes/changes-search.js'
import { tableSearch } from '../features/sessions/table-search.js'
import { usageSearch } from '../features/usage/usage-search.js'
import { NotFound, PageFailed } from './not-found.js'
import { Shell } from './shell.js'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageFailed })

/** Pages load when they are first needed: a line each. */
const needsMe = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../features/sessions/needs-me-page.js'), 'NeedsMePage'),
})
const board = createRoute({
  getParentRoute: () => root,
  path: '/board',
  component: lazyRouteComponent(() => import('../features/sessions/board-page.js'), 'BoardPage'),
})
const table = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('../features/sessions/table-page.js'), 'TablePage'),
})
const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$id',
  // The `seq` of a message that one is led to.
  validateSearch: ({ message }: Record<string, unknown>): { message?: number } =>
    Number.isSafeInteger(message) && (message as number) > 0 ? { message: message as number } : {},
  component: lazyRouteComponent(() => import('../features/session/session-page.js'), 'SessionPage'),
})
const changes = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$id/changes',
  validateSearch: changesSearch,
  component: lazyRouteComponent(() => import('../features/changes/changes-page.js'), 'ChangesPage'),
})
const newSession = createRoute({
  getParentRoute: () => root,
  path: '/new',
  validateSearch: (search: Record<string, unknown>): { worktree?: string } =>
    typeof search.worktree === 'string' ? { worktree: search.worktree } : {},
  component: lazyRouteComponent(
    () => import('../features/new-session/new-session-page.js'),
    'NewSessionPage',
  ),
})
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../features/account/account-page.js'), 'AccountPage'),
})
const people = createRoute({
  getParentRoute: () => root,
  path: '/admin/people',
  component: lazyRouteComponent(() => import('../features/admin/people-page.js'), 'PeoplePage'),
})
const teams = createRoute({
  getParentRoute: () => root,
  path: '/admin/teams',
  component: lazyRouteComponent(() => import('../features/admin/teams-page.js'), 'TeamsPage'),
})
const runtimes = createRoute({
  getParentRoute: () => root,
  path: '/admin/runtimes',
  component: lazyRouteComponent(() => import('../features/admin/runtimes-page.js'), 'RuntimesPage'),
})
const grants = createRoute({
  getParentRoute: () => root,
  path: '/admin/grants',
  validateSearch: grantsSearch,
  component: lazyRouteComponent(() => import('../features/admin/grants-page.js'), 'GrantsPage'),
})
const tokens = createRoute({
  getParentRoute: () => root,
  path: '/admin/tokens',
  component: lazyRouteComponent(() => import('../features/admin/tokens-page.js'), 'TokensPage'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/admin/settings',
  component: lazyRouteComponent(() => import('../features/admin/settings-page.js'), 'SettingsPage'),
})
const audit = createRoute({
  getParentRoute: () => root,
  path: '/admin/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../features/admin/audit-page.js'), 'AuditPage'),
})
const usage = createRoute({
  getParentRoute: () => root,
  path: '/usage',
  validateSearch: usageSearch,
  component: lazyRouteComponent(() => import('../features/usage/usage-page.js'), 'UsagePage'),
})

const worktrees = createRoute({
  getParentRoute: () => root,
  path: '/worktrees',
  validateSearch: (search: Record<string, unknown>): { archived?: boolean } =>
    search.archived === true ? { archived: true } : {},
  component: lazyRouteComponent(() => import('../features/worktrees/worktrees-page.js'), 'WorktreesPage'),
})
const worktree = createRoute({
  getParentRoute: () => root,
  path: '/worktrees/$id',
  component: lazyRouteComponent(() => import('../features/worktrees/worktree-page.js'), 'WorktreePage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    needsMe,
    board,
    table,
    session,
    changes,
    newSession,
    worktrees,
    worktree,
    usage,
    account,
    people,
    teams,
    grants,
    tokens,
    runtimes,
    settings,
    audit,
  ]),
  basepath: '/app',
  defaultPreload: 'intent',
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

import type {
  Allowance,
  ApiToken,
  Assignment,
  Attachment,
  AttachmentCreate,
  AuditEntry,
  EnvironmentEntry,
  Family,
  Grant,
  Invitation,
  Message,
  NewApiToken,
  NewInvitation,
  PermissionRequest,
  Presence,
  PresenceCreate,
  PushSubscription,
  Repo,
  Run,
  Runtime,
  RuntimeHistory,
  RuntimeLoad,
  RuntimeOrders,
  Seen,
  Session,
  SessionEvent,
  SessionInfo,
  SessionRepair,
  Setting,
  SignedOut,
  Task,
  Team,
  TeamMember,
  TimeQuery,
  Usage,
  UsageQuery,
  User,
  Worktree,
  WorktreeAccess,
  WorktreeDisk,
  WorktreeFiles,
} from '@yardmaster/protocol'

export type Query = Record<string, unknown>
export interface Page<Row> {
  total?: number
  limit: number
  skip: number
  data: Row[]
}

/** The calls every service of rows has. Data is loosely typed: the daemon checks it against its schema. */
export interface Rows<Row> {
  find(params?: { query?: Query }): Promise<Page<Row>>
  get(id: string, params?: { query?: Query }): Promise<Row>
  create(data: object): Promise<Row>
  patch(id: string, data: object, params?: { query?: Query }): Promise<Row>
  remove(id: string): Promise<Row>
  on(event: 'created' | 'patched' | 'removed', listener: (row: Row, at?: EventPlace) => void): unknown
  off(event: string, listener?: (row: Row, at?: EventPlace) => void): unknown
}

/** The second argument of a live event: which session's log it stands in, and where. */
export interface EventPlace {
  session_id: string
  seq: number
}

/** One file of a diff. `patch` is null for binary files. */
export interface DiffFile {
  path: string
  old_path?: string
  status: string
  added: number | null
  removed: number | null
  patch: string | null
  binary: boolean
  truncated: boolean
}
export interface DiffAnswer {
  from: string
  to: string | null
  files: DiffFile[]
  truncated: boolean
}

interface OnId {
  id: string
}

export interface Sessions extends Rows<Session> {
  prompt(
    data: OnId & {
      prompt: string
      idempotency_key?: string
      now?: boolean
      fresh?: boolean
      attachments?: string[]
    },
  ): Promise<Task>
  stop(data: OnId & { task_id?: string }): Promise<Task>
  continue(data: OnId): Promise<Session>
  report(data: OnId & Query): Promise<Session>
  info(data: OnId): Promise<SessionInfo>
  diff(data: OnId & { task_id?: string }): Promise<DiffAnswer>
  fork(data: OnId & { from_task_id?: string; worktree?: 'same' | 'new'; name?: string }): Promise<Session>
  spawn(data: OnId & Query & { prompt: string }): Promise<Session>
  family(data: OnId): Promise<Family>
  'fix-sessions'(data: OnId): Promise<SessionRepair>
}

export interface Worktrees extends Rows<Worktree> {
  access(data: OnId & { user_id?: string }): Promise<WorktreeAccess>
  disk(data: OnId): Promise<WorktreeDisk>
  files(data: OnId & { text?: string }): Promise<WorktreeFiles>
}

export interface Messages extends Rows<Message> {
  /** With a `text`, one slice of a session is looked through; `searched_to` is where to go on, below, and null at the end. */
  find(params?: { query?: Query }): Promise<Page<Message> & { searched_to?: number | null }>
  chunk(data: OnId & { block: number; offset: number; text: string }): Promise<object>
}

/** The content is fetched by {@link fetchAttachment}. */
export interface Attachments extends Pick<Rows<Attachment>, 'find' | 'get' | 'remove'> {
  create(data: AttachmentCreate): Promise<Attachment>
}

export interface Runtimes extends Rows<Runtime> {
  register(data: OnId & Query): Promise<Runtime>
  heartbeat(data: OnId & { boot_id: string; runs: Run[]; homes?: string[] }): Promise<RuntimeOrders>
  claim(data: OnId & { boot_id: string; slots: number; runs: Run[] }): Promise<{ runs: Assignment[] }>
}

export interface Users extends Rows<User> {
  'sign-out-everywhere'(data: OnId & { tokens?: boolean }): Promise<SignedOut>
}

export interface ApiTokens extends Rows<ApiToken> {
  create(data: object): Promise<NewApiToken>
}

export interface Invitations extends Rows<Invitation> {
  create(data: object): Promise<NewInvitation>
}

export interface SignedIn {
  accessToken: string
  user: User
}

/** Every service by the path it stands under. */
export interface Services {
  authentication: { create(data: object): Promise<SignedIn> }
  users: Users
  'api-tokens': ApiTokens
  'environment-entries': Rows<EnvironmentEntry>
  'push-subscriptions': Pick<Rows<PushSubscription>, 'find' | 'create' | 'remove'>
  teams: Rows<Team>
  'team-members': Rows<TeamMember>
  invitations: Invitations
  repos: Rows<Repo>
  worktrees: Worktrees
  grants: Rows<Grant>
  sessions: Sessions
  tasks: Rows<Task>
  messages: Messages
  attachments: Attachments
  'permission-requests': Rows<PermissionRequest>
  allowances: Rows<Allowance>
  'session-events': { find(params: { query: Query }): Promise<{ limit: number; data: SessionEvent[] }> }
  'session-views': Pick<Rows<Seen>, 'find' | 'create' | 'on' | 'off'>
  subscriptions: {
    create(data: object): Promise<{ last_seq?: number }>
    remove(id: string): Promise<{ id: string }>
  }
  presence: {
    create(data: PresenceCreate): Promise<Presence>
    on(event: 'changed', listener: (now: Presence) => void): unknown
    off(event: 'changed', listener?: (now: Presence) => void): unknown
  }
  runtimes: Runtimes
  'runtime-history': { find(params: { query: TimeQuery }): Promise<RuntimeHistory> }
  'runtime-load': { find(): Promise<{ data: RuntimeLoad[] }> }
  usage: { find(params: { query: UsageQuery }): Promise<Usage> }
  settings: { find(): Promise<{ data: Setting[] }> }
  audit: Pick<Rows<AuditEntry>, 'find' | 'on' | 'off'>
}

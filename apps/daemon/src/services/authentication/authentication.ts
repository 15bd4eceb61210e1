import {
  type AuthenticationResult,
  AuthenticationService,
  type ConnectionEvent,
  JWTStrategy,
} from '@feathersjs/authentication'
import type { HookContext, NextFunction } from '@feathersjs/feathers'
import { Type } from '@feathersjs/typebox'
import { SignIn, User, YardmasterError } from '@yardmaster/protocol'
import { credentialsById, loadCaller, maybeRow } from '@yardmaster/store'
import type { Caller } from '../../audit/entry.js'
import { auditSignIn, type SignInAttempt } from '../../audit/sign-ins.js'
import { limitSignIn } from '../../door/sign-in-rate.js'
import { checkCall } from '../../hooks/check-call.js'
import type { Call } from '../../hooks/context.js'
import { letIn } from '../../hooks/load-session-worktree.js'
import { documentService } from '../../openapi/document-service.js'
import { publishBy, toNobody } from '../../realtime/publish.js'
import { LinkStrategy, PasswordStrategy } from '../../sign-in/strategies.js'
import { principalOf } from '../../sign-in/tokens.js'
import { signInOn, socketOf } from '../../sockets/sockets.js'
import type { App, Yard } from '../../yard.js'

/** Feathers' own service, with tokens that carry the user's epoch and no entity that could go stale on a socket. */
class SignIns extends AuthenticationService {
  constructor(
    app: App,
    private readonly yard: Yard,
  ) {
    super(app)
  }

  /** Of an API token too, which is answered as it came: none is ever made into a sign-in that would outlive it. */
  override async verifyAccessToken(accessToken: string) {
    return this.yard.tokens.verify(accessToken)
  }

  /**
   * Before a sign-in over an open socket is answered, and before its token counts there: the rooms are those of the new
   * user. Changed any later, the rooms that the new user has joined meanwhile would be left along with the old ones.
   */
  override async handleConnection(
    event: ConnectionEvent,
    connection: object,
    result?: AuthenticationResult,
  ): Promise<void> {
    const socket = socketOf(connection)
    if (socket && event === 'login' && result) await signInOn(this.yard, socket, result.accessToken)
    else if (socket && event === 'logout') this.yard.listeners.end(socket)
    await super.handleConnection(event, connection, result)
  }

  override async getPayload(result: AuthenticationResult) {
    return { kind: 'user', epoch: result.auth_epoch }
  }

  override async getTokenOptions(result: AuthenticationResult) {
    return { subject: result.user.id }
  }
}

/** A token shown to the service itself (a socket signing in with one, or whoever signs out) must still be good. */
const checkShownToken = (yard: Yard) => async (context: HookContext, next: NextFunction) => {
  const { method, params, data } = context
  const shown = method === 'remove' ? params.authentication : data
  if (shown?.strategy !== 'jwt') return next()
  const principal = principalOf(yard.tokens.verify(String(shown.accessToken)))
  if (principal.kind !== 'user') throw new YardmasterError('NOT_AUTHENTICATED', 'Only people sign in here.')
  letIn(principal, await loadCaller(yard.db, principal))
  await next()
  if (method === 'create')
    context.result.user = maybeRow(await credentialsById(yard.db, principal.user_id))?.wire
}

/**
 * What goes out: the token and the user it is for. It replaces the result itself, since Feathers' own hooks around
 * this one would present the whole of it again.
 */
const presentSignIn = async (context: HookContext, next: NextFunction) => {
  await next()
  const { accessToken, user } = context.result
  context.result = { accessToken, user }
  context.event = null
}

/** Limits how often it is tried, and notes in the audit log who did. A token that is shown again is no sign-in. */
const watchSignIn = (yard: Yard) => (context: HookContext, next: NextFunction) => {
  const { strategy, email = null } = (context.data ?? {}) as { strategy?: string; email?: string }
  if (context.method !== 'create' || strategy === undefined || strategy === 'jwt') return next()
  const attempt: SignInAttempt = {}
  const caller = context.params as Caller
  Object.assign(context.params, { attempt })
  return auditSignIn(yard.audit, caller, strategy, attempt, () =>
    limitSignIn(yard.limiter, caller.address, email, next),
  )
}

const schemas = { data: { create: SignIn } }
const checkData = checkCall(schemas)

const SignedIn = Type.Object({ accessToken: Type.String(), user: User }, { additionalProperties: false })
const methods = ['create', 'remove']
const docs = documentService('authentication', {
  methods,
  schemas,
  docs: {
    about:
      'Signing in. The token goes into the `authorization` header of every other call, or into the handshake of a socket.',
    answers: { create: SignedIn, remove: Type.Pick(SignedIn, ['accessToken']) },
    summaries: { create: 'Sign in by password, by a one-time link, or with a token', remove: 'Sign out' },
    open: ['create'],
    rowless: ['remove'],
  },
})

export function authentication(app: App, yard: Yard): void {
  app.set('authentication', {
    secret: yard.tokens.secret,
    entity: null,
    authStrategies: ['local', 'link', 'jwt'],
    parseStrategies: ['jwt'],
    jwtOptions: { header: { typ: 'access' }, audience: 'yardmaster', algorithm: 'HS256', expiresIn: '14d' },
  })
  const service = new SignIns(app, yard)
  service.register('local', new PasswordStrategy(yard))
  service.register('link', new LinkStrategy(yard))
  service.register('jwt', new JWTStrategy())
  app.use('authentication', service as never, { methods, events: [], docs } as never)
  const anyone = (context: Call, next: NextFunction) => {
    if (context.method === 'remove' && !context.params.authentication)
      throw new YardmasterError('NOT_AUTHENTICATED')
    context.params.principal = { kind: 'system', name: 'sign-in' }
    return checkData(context, next)
  }
  ;(app.service('authentication') as unknown as { hooks(map: object): void }).hooks({
    around: { all: [presentSignIn, anyone, watchSignIn(yard), checkShownToken(yard)] },
  })
  publishBy(app, 'authentication', toNobody())
}

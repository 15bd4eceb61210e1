import { AuthenticationBaseStrategy, type AuthenticationRequest } from '@feathersjs/authentication'
import { YardmasterError } from '@yardmaster/protocol'
import { type Credentials, credentialsByEmail, credentialsById, maybeRow } from '@yardmaster/store'
import type { SignInAttempt } from '../audit/sign-ins.js'
import type { Yard } from '../yard.js'
import { useLinkToken } from './links.js'
import { isPassword } from './passwords.js'

/** What a strategy answers: the token service signs `payload`, the presenter lets `user` out. */
const signedIn = (strategy: string, { wire, auth_epoch }: Credentials) => ({
  authentication: { strategy },
  user: wire,
  auth_epoch,
})

interface Params {
  attempt?: SignInAttempt
}

const noteAccount = (attempt: SignInAttempt | undefined, user: Credentials | undefined): void => {
  if (attempt && user) attempt.user_id = user.id
}

/** E-mail and password. Takes the same time for an address that nobody has. */
export class PasswordStrategy extends AuthenticationBaseStrategy {
  constructor(private readonly yard: Yard) {
    super()
  }

  async authenticate({ email, password }: AuthenticationRequest, { attempt }: Params) {
    const user = maybeRow(await credentialsByEmail(this.yard.db, email))
    noteAccount(attempt, user)
    const right = await isPassword(user?.password_hash ?? null, password)
    if (!user || !right || user.disabled) throw new YardmasterError('SIGN_IN_FAILED')
    return signedIn('local', user)
  }
}

/** A one-time link. */
export class LinkStrategy extends AuthenticationBaseStrategy {
  constructor(private readonly yard: Yard) {
    super()
  }

  async authenticate({ token }: AuthenticationRequest, { attempt }: Params) {
    const user_id = await useLinkToken(this.yard.db, token)
    const user = user_id ? maybeRow(await credentialsById(this.yard.db, user_id)) : undefined
    noteAccount(attempt, user)
    if (!user || user.disabled) throw new YardmasterError('LINK_INVALID')
    return signedIn('link', user)
  }
}

import {
  codeOf,
  connectRest,
  connectSocket,
  isPassing,
  persist,
  refusalOf,
  type SocketClient,
} from '@yardmaster/client'
import type { User } from '@yardmaster/protocol'
import { endPush } from './push.js'
import { Store } from './store.js'
import { onTokenElsewhere, storedToken, storeToken, takeLinkToken } from './token.js'

/** Characters of a password at least. */
export const shortestPassword = 10

/** Milliseconds. */
const longestGoodbye = 2_000
const pause = (milliseconds: number) => new Promise((settle) => setTimeout(settle, milliseconds))

/** Who sits here, as far as it is known. */
export type SignInState =
  /** A stored sign-in or a link is being tried; `waiting`: the daemon does not answer. */
  | { stage: 'trying'; waiting: boolean }
  | { stage: 'out'; trouble: unknown }
  | {
      stage: 'in'
      user: User
      token: string
      client: SocketClient
      /** Came by a one-time link, and has not chosen a password or put it off. */
      by_link: boolean
      /** The sign-in has ended; what is on the page stays until there is a new one. */
      expired: boolean
    }

type SignedIn = Extract<SignInState, { stage: 'in' }>

/** Signing in and out. There is one connection for as long as the same person is signed in. */
class SignIn extends Store<SignInState> {
  constructor() {
    super({ stage: 'trying', waiting: false })
    onTokenElsewhere((token) => {
      const state = this.get()
      if (state.stage === 'in' ? token !== state.token : token !== null) location.reload()
    })
  }

  /** Takes the link of the address up, or else the sign-in that was kept. */
  async begin(): Promise<void> {
    const link = takeLinkToken()
    const token = storedToken()
    if (link) await this.by({ strategy: 'link', token: link }, true)
    // The connection asks for the same by itself: it need not wait until who this is has been answered.
    else if (token) await this.by({ strategy: 'jwt', accessToken: token }, false, this.connect(token))
    else this.set({ stage: 'out', trouble: null })
  }

  /** @throws what the daemon answers: the wrong password, too many tries */
  async byPassword(email: string, password: string): Promise<void> {
    this.enter(await open({ strategy: 'local', email, password }), false)
  }

  /** The same from a link that was pasted: its address, or its token alone. @throws the daemon's refusal */
  async byLink(link: string): Promise<void> {
    const token = link.includes('#') ? link.slice(link.indexOf('#')).replace('#token=', '') : link.trim()
    this.enter(await open({ strategy: 'link', token }), true)
  }

  /** Sets one's password. It ends every sign-in, so this one is made anew. @throws the daemon's refusal */
  async choosePassword(password: string): Promise<void> {
    const { client, user } = this.signedIn()
    await client.service('users').patch(user.id, { password })
    this.enter(await open({ strategy: 'local', email: user.email, password }), false)
  }

  /** What was changed of whoever is signed in. */
  know(user: User): void {
    this.set({ ...this.signedIn(), user })
  }

  putOffPassword(): void {
    this.set({ ...this.signedIn(), by_link: false })
  }

  /** A call was answered that nobody is signed in. */
  expire(): void {
    const state = this.get()
    if (state.stage === 'in' && !state.expired) this.set({ ...state, expired: true })
  }

  /** Forgets the sign-in here. Everything on the page goes with it, so nothing of it is left for whoever comes next. */
  async signOut(): Promise<void> {
    const state = this.get()
    // Notifications tell of what goes on here, so they end as well; a daemon that is away does not hold one up.
    if (state.stage === 'in') await Promise.race([endPush(state.client), pause(longestGoodbye)])
    storeToken(null)
    location.assign('/app/')
  }

  private signedIn(): SignedIn {
    const state = this.get()
    if (state.stage !== 'in') throw new Error('Nobody is signed in.')
    return state
  }

  private async by(credentials: object, by_link: boolean, ahead?: SocketClient): Promise<void> {
    try {
      const waiting = () => this.set({ stage: 'trying', waiting: true })
      this.enter(await persist(() => open(credentials), { longest: 3_000, onRetry: waiting }), by_link, ahead)
    } catch (trouble) {
      ahead?.close()
      if (!by_link) storeToken(null)
      this.set({ stage: 'out', trouble: by_link ? trouble : null })
    }
  }

  private enter(
    { accessToken: token, user }: { accessToken: string; user: User },
    by_link: boolean,
    ahead?: SocketClient,
  ): void {
    const before = this.get()
    storeToken(token)
    if (before.stage !== 'in') {
      this.set({ stage: 'in', user, token, client: ahead ?? this.connect(token), by_link, expired: false })
    } else if (before.user.id !== user.id) {
      location.assign('/app/')
    } else {
      // What watches over this connection goes on watching.
      before.client.socket.auth = { token }
      before.client.socket.disconnect().connect()
      this.set({ ...before, user, token, by_link, expired: false })
    }
  }

  private connect(token: string): SocketClient {
    const client = connectSocket(location.origin, token)
    client.socket.on('connect_error', (error) => {
      if (isExpiry(refusalOf(error))) this.expire()
    })
    // The daemon closes the sockets of a sign-in that has ended. Coming back is refused then, and tells.
    client.socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') client.socket.connect()
    })
    return client
  }
}

const open = (credentials: object) =>
  connectRest(location.origin).service('authentication').create(credentials)

export const signIn = new SignIn()

/** Whether a failed call says that its sign-in is over. */
export const isExpiry = (error: unknown): boolean =>
  codeOf(error) === 'NOT_AUTHENTICATED' && !isPassing(error)

import type { SocketClient } from '@yardmaster/client'
import type { User } from '@yardmaster/protocol'
import { useSyncExternalStore } from 'react'
import { type SignInState, signIn } from './sign-in.js'

export const useSignIn = (): SignInState => useSyncExternalStore(signIn.subscribe, signIn.get)

/** @throws outside of what only somebody signed in sees */
export function useSignedIn(): { user: User; token: string; client: SocketClient } {
  const state = useSignIn()
  if (state.stage !== 'in') throw new Error('Nobody is signed in.')
  return state
}

export const useClient = (): SocketClient => useSignedIn().client
export const useMe = (): User => useSignedIn().user

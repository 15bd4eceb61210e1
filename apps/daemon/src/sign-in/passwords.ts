import { hash, verify } from 'argon2'

// OWASP's second recommendation for argon2id: 19 MiB, 2 passes, 1 lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** An argon2id hash with its salt and cost in it. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost)

let spare: Promise<string> | undefined

/**
 * Whether a password is right. Where there is no hash (no such user, or one without a password), a made-up one is
 * checked all the same, so that the answer takes as long and tells nothing.
 */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  spare ??= hashPassword('there is nobody by that name')
  const matches = await verify(stored ?? (await spare), password)
  return stored !== null && matches
}

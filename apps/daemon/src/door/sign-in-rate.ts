import { keyOfAccount, keyOfAddress, type Limiter } from './rates.js'

/**
 * Carries out a sign-in unless too many have failed: from this address, or on this account. All are counted before
 * they are tried, so that those that come at once count too, and one that succeeds is taken out again.
 *
 * An account that strangers try is closed to strangers, and stays open where its user has signed in before: nobody can
 * lock somebody out who does not share an address with them, and one-time links go by address alone. Accounts that there
 * are not are counted all the same, so that the answer tells nothing.
 *
 * @param email the account of a password; null for links, which cannot be guessed
 * @throws RATE_LIMITED, and what `signIn` throws
 */
export async function limitSignIn(
  limiter: Limiter,
  address: string | null | undefined,
  email: string | null,
  signIn: () => Promise<void>,
): Promise<void> {
  const from = keyOfAddress(address)
  const account = email === null ? null : keyOfAccount(email)
  const here = `${account} ${from}`
  const isStranger = account !== null && !(await limiter.isRemembered(here))
  await limiter.take('sign_in_address', from)
  if (account) await limiter.take('sign_in_account', here)
  if (account && isStranger) await limiter.take('sign_in_strangers', account)
  await signIn()
  await limiter.giveBack('sign_in_address', from)
  if (account) await limiter.forget('sign_in_account', here)
  if (account && isStranger) await limiter.giveBack('sign_in_strangers', account)
  if (account) await limiter.remember(here)
}

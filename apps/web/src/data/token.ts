// The one place where a sign-in is kept. Scripts from elsewhere never run here: the page's policy sees to that.
const key = 'yardmaster.token'

export const storedToken = (): string | null => localStorage.getItem(key)

export function storeToken(token: string | null): void {
  if (token === null) localStorage.removeItem(key)
  else localStorage.setItem(key, token)
}

/** Calls back when another tab signs in or out; with null for out. */
export function onTokenElsewhere(listener: (token: string | null) => void): void {
  addEventListener('storage', (event) => {
    if (event.key === key) listener(event.newValue)
  })
}

/** Takes a one-time token out of `/app/#token=…`, and out of the address, where it would stand to be read. */
export function takeLinkToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null) history.replaceState(null, '', location.pathname + location.search)
  return token
}

import { type Dispatch, type SetStateAction, useEffect, useState } from 'react'

const keyOf = (session_id: string): string => `yardmaster.draft.${session_id}`

/** What is being written for a session, kept over a reload of the page until it was sent. */
export function useDraft(session_id: string): [text: string, set: Dispatch<SetStateAction<string>>] {
  const [text, set] = useState(() => sessionStorage.getItem(keyOf(session_id)) ?? '')
  useEffect(() => {
    if (text) sessionStorage.setItem(keyOf(session_id), text)
    else sessionStorage.removeItem(keyOf(session_id))
  }, [session_id, text])
  return [text, set]
}

/**
 * A key that makes sending a prompt a second time harmless. By hand: `crypto.randomUUID` is missing on pages that did not
 * come over https.
 */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

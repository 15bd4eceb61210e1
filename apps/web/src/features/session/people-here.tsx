import { Text } from '@mantine/core'
import { type PresenceWatch, watchPresence } from '@yardmaster/client'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useSignedIn } from '../../data/signed-in.js'

const nothing = () => () => undefined
const nobody: PresenceWatch['people'] = []

/** Who else looks at the session, and who types. */
export function PeopleHere({ session_id }: { session_id: string }) {
  const { client, user } = useSignedIn()
  const [watch, setWatch] = useState<PresenceWatch | null>(null)
  useEffect(() => {
    const begun = watchPresence(client, session_id)
    setWatch(begun)
    // A tab that nobody sees is nobody's look.
    const look = () => begun.say(document.visibilityState === 'visible' ? 'looking' : 'gone')
    const type = (event: Event) => {
      if (event.target instanceof HTMLTextAreaElement) begun.say('typing')
    }
    look()
    document.addEventListener('visibilitychange', look)
    document.addEventListener('input', type)
    return () => {
      setWatch(null)
      document.removeEventListener('visibilitychange', look)
      document.removeEventListener('input', type)
      begun.close()
    }
  }, [client, session_id])
  const people = useSyncExternalStore(watch?.subscribe ?? nothing, () => watch?.people ?? nobody)
  const others = people.filter(({ user_id }) => user_id !== user.id)
  return (
    <Text span size="xs" c="dimmed" role="status" aria-label="Who else is here" visibleFrom="sm">
      {others.map(({ name, state }) => (state === 'typing' ? `${name} types` : name)).join(', ')}
    </Text>
  )
}

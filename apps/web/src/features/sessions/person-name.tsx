import { useById } from '../../data/lists.js'
import { useMe } from '../../data/signed-in.js'

/** A person by their id; one who is gone, or nobody. */
export function usePersonName(): (id: string | null) => string {
  const people = useById('users')
  const me = useMe()
  return (id) => (id === null ? 'nobody' : id === me.id ? 'you' : (people.get(id)?.name ?? 'somebody'))
}

export function PersonName({ id }: { id: string | null }) {
  return <>{usePersonName()(id)}</>
}

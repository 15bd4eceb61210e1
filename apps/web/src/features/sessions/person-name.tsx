import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useById } from '../../data/lists.js'
import { useMe } from '../../data/signed-in.js'

/** Ids that no list had. Each is looked for once more, as newcomers have no event that others hear of. */
const lookedFor = new Set<string>()

/** A person by their id; one who is gone, or nobody. */
export function usePersonName(): (id: string | null) => string {
  const cache = useQueryClient()
  const people = useById('users')
  const me = useMe()
  const unknown: string[] = []
  useEffect(() => {
    const fresh = unknown.filter((id) => !lookedFor.has(id))
    if (fresh.length === 0) return
    for (const id of fresh) lookedFor.add(id)
    void cache.invalidateQueries({ queryKey: ['users'] })
  })
  return (id) => {
    if (id === null) return 'nobody'
    if (id === me.id) return 'you'
    const person = people.get(id)
    if (!person && people.size > 0) unknown.push(id)
    return person?.name ?? 'somebody'
  }
}

export function PersonName({ id }: { id: string | null }) {
  return <>{usePersonName()(id)}</>
}

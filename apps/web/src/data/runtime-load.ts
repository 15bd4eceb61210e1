import { useQuery } from '@tanstack/react-query'
import { useClient } from './signed-in.js'

/** What runs and waits on each runtime, where I may look. It has no event of its own. */
export function useRuntimeLoad() {
  const client = useClient()
  return useQuery({
    queryKey: ['runtime-load'],
    queryFn: async () => (await client.service('runtime-load').find()).data,
    refetchInterval: 10_000,
  })
}

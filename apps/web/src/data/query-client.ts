import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isPassing } from '@yardmaster/client'
import { showFailure } from '../ui/failure.js'
import { isExpiry, signIn } from './sign-in.js'

const noticeExpiry = (error: unknown): boolean => {
  if (isExpiry(error)) signIn.expire()
  return isExpiry(error)
}

/**
 * The cache of all lists and rows that no session watch holds. A failed list says so in its place; a failed change says
 * so in a corner, unless the mutation's `meta.quiet` says that its form does. After one that works, the lists of the services
 * in `meta.changes` are asked again: those that have no events, since these would tell secrets.
 */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeExpiry }),
  mutationCache: new MutationCache({
    onSuccess: (_result, _variables, _kept, mutation) => {
      const changes = (mutation.meta?.changes ?? []) as string[]
      for (const service of changes) void queryClient.invalidateQueries({ queryKey: [service] })
    },
    onError: (error, _variables, _result, mutation) => {
      if (!noticeExpiry(error) && !mutation.meta?.quiet) showFailure(error)
    },
  }),
  defaultOptions: {
    queries: {
      // Events tell what changes meanwhile.
      staleTime: 30_000,
      retry: (failures, error) => failures < 3 && isPassing(error),
    },
  },
})

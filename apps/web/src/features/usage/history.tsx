import { SegmentedControl } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from '../../data/signed-in.js'
import { seriesColours } from '../../ui/colours.js'
import { Trouble } from '../../ui/trouble.js'
import { Figure } from './figure.js'
import { byRuntime } from './shape.js'
import { timeQuery, type UsageSearch } from './usage-search.js'

const at_once = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** How much of each runtime was taken over the time that is looked at, of what I may see. */
export function History({ search }: { search: UsageSearch }) {
  const client = useClient()
  const [what, setWhat] = useState<'running' | 'most'>('running')
  const { data, error, refetch } = useQuery({
    queryKey: ['runtime-history', search.span],
    queryFn: () => client.service('runtime-history').find({ query: timeQuery(search, new Date()) }),
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  })
  if (error) return <Trouble error={error} retry={refetch} />
  if (!data) return null
  return (
    <Figure
      title="Runs at once"
      about="By runtime, of what runs where you may look"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="How many at once"
          data={[
            { value: 'running', label: 'On the average' },
            { value: 'most', label: 'At the most' },
          ]}
          value={what}
          onChange={(value) => setWhat(value as 'running' | 'most')}
        />
      }
      kind="lines"
      shape={byRuntime(data, what)}
      colours={data.runtimes.map((_, place) => seriesColours[place % seriesColours.length] as string)}
      format={(value) => at_once.format(value)}
    />
  )
}

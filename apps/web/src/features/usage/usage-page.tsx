import { SegmentedControl, Select, Stack } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type Usage, type UsageDimension, usageDimensions } from '@yardmaster/protocol'
import { useState } from 'react'
import { useClient } from '../../data/signed-in.js'
import { endingColours, seriesColours } from '../../ui/colours.js'
import { Empty } from '../../ui/empty.js'
import { Page } from '../../ui/page.js'
import { Panel } from '../../ui/panel.js'
import { lasted } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { dimensionWords, spanWords } from '../../ui/words.js'
import { Figure } from './figure.js'
import { GroupsTable } from './groups-table.js'
import { History } from './history.js'
import { Loads } from './loads.js'
import { short } from './numbers.js'
import { byEnding, byGroup, endings, type Measure, measuresOf, spreadOf } from './shape.js'
import { Totals } from './totals.js'
import classes from './usage.module.css'
import { type Span, spans, usageQuery } from './usage-search.js'

/** What agents used over time, and how long people waited for them, of what one may see. */
export function UsagePage() {
  const search = useSearch({ from: '/usage' })
  const navigate = useNavigate({ from: '/usage' })
  const client = useClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', search],
    queryFn: () => client.service('usage').find({ query: usageQuery(search, new Date()) }),
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  })
  return (
    <Page
      title="Usage"
      actions={
        <>
          <Select
            aria-label="By"
            data={usageDimensions.map((by) => ({
              value: by,
              label: `By ${dimensionWords[by].toLowerCase()}`,
            }))}
            value={search.by ?? 'person'}
            onChange={(by) =>
              void navigate({ search: (now) => ({ ...now, by: by as UsageDimension }), replace: true })
            }
            allowDeselect={false}
            w={140}
          />
          <Select
            aria-label="Time"
            data={spans.map((span) => ({ value: span, label: spanWords[span] }))}
            value={search.span ?? 'week'}
            onChange={(span) =>
              void navigate({ search: (now) => ({ ...now, span: span as Span }), replace: true })
            }
            allowDeselect={false}
            w={140}
          />
        </>
      }
    >
      <Stack className={classes.content}>
        {error && <Trouble error={error} retry={refetch} />}
        {data && data.total.tasks === 0 && (
          <Empty title="No task in this time">
            Take a longer one, or <Link to="/new">begin a session</Link>.
          </Empty>
        )}
        {data && data.total.tasks > 0 && <Pictures usage={data} />}
        <History search={search} />
        <Loads />
      </Stack>
    </Page>
  )
}

function Pictures({ usage }: { usage: Usage }) {
  const measures = measuresOf(usage)
  const [wanted, setWanted] = useState<Measure>('tasks')
  const measure = measures.includes(wanted) ? wanted : 'tasks'
  const seconds = (value: number) => lasted(value * 1000)
  return (
    <>
      <Totals total={usage.total} />
      <Figure
        title={`${measureTitle(measure)} by ${dimensionWords[usage.by].toLowerCase()}`}
        actions={
          measures.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label="What is counted"
              data={measures.map((value) => ({ value, label: measureTitle(value) }))}
              value={measure}
              onChange={(value) => setWanted(value as Measure)}
            />
          )
        }
        kind="bars"
        shape={byGroup(usage, measure)}
        colours={seriesColours}
        format={short}
      />
      <Panel title="In numbers">
        <GroupsTable usage={usage} />
      </Panel>
      <Figure
        title="How tasks ended"
        kind="bars"
        shape={byEnding(usage)}
        colours={endings.map((ending) => endingColours[ending])}
        format={short}
      />
      <div className={classes.pair}>
        <Figure
          title="Waited in the queue"
          about="From the prompt to the start of its run"
          kind="lines"
          shape={spreadOf(usage, 'waited')}
          colours={seriesColours}
          format={seconds}
        />
        <Figure
          title="Ran"
          about="From the start to the ending"
          kind="lines"
          shape={spreadOf(usage, 'ran')}
          colours={seriesColours}
          format={seconds}
        />
      </div>
    </>
  )
}

const measureTitle = (measure: Measure): string =>
  measure === 'tasks' ? 'Tasks' : measure === 'tokens' ? 'Tokens' : `Cost in ${measure.slice('cost '.length)}`

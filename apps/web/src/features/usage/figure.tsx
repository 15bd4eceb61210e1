import { Button, Group, Table, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Panel } from '../../ui/panel.js'
import { Chart, type ChartOptions, Swatch } from './chart.js'
import classes from './usage.module.css'

/** A chart with its heading and what its colours mean, or the same as a table for whoever wants to read it. */
export function Figure({
  title,
  about,
  actions,
  ...chart
}: ChartOptions & { title: string; about?: string; actions?: ReactNode }) {
  const [asTable, setAsTable] = useState(false)
  const { series, points } = chart.shape
  const shown = series.map((name, place) => ({ name, colour: chart.colours[place] as string, place }))
  const used = shown.filter(({ place }) => points.some(({ values }) => values[place]))
  return (
    <Panel
      title={title}
      about={about}
      actions={
        <>
          {actions}
          <Button variant="default" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            As a table
          </Button>
        </>
      }
    >
      {asTable ? (
        <FigureTable title={title} {...chart} />
      ) : used.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing to show in this time.
        </Text>
      ) : (
        <>
          <div role="img" aria-label={`${title}, a chart. The button before it shows it as a table.`}>
            <Chart {...chart} />
          </div>
          <Group gap="md" component="ul" className={classes.legend}>
            {used.map(({ name, colour }) => (
              <Group key={name} gap={6} wrap="nowrap" component="li">
                <Swatch colour={colour} />
                <Text size="xs">{name}</Text>
              </Group>
            ))}
          </Group>
        </>
      )}
    </Panel>
  )
}

/** The newest first; times that nothing happened in are left out. */
function FigureTable({ title, shape: { series, points }, format }: ChartOptions & { title: string }) {
  const told = points.filter(({ values }) => values.some(Boolean)).reverse()
  return (
    <Table.ScrollContainer minWidth={series.length * 90} mah={400}>
      <Table aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            {series.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {told.map(({ at, label, values }) => (
            <Table.Tr key={at}>
              <Table.Th scope="row" fw={400}>
                {label}
              </Table.Th>
              {values.map((value, place) => (
                <Table.Td key={series[place]}>{value === null ? '–' : format(value)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

import { Group, Paper, Stack, Text } from '@mantine/core'
import {
  Bar,
  BarChart,
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import type { Point, Shape } from './shape.js'
import classes from './usage.module.css'

export interface ChartOptions {
  kind: 'bars' | 'lines'
  shape: Shape
  /** One for each series, as CSS. */
  colours: readonly string[]
  format(value: number): string
}

const axis = { fontSize: 11, stroke: 'var(--ym-quiet)', tickLine: false } as const

/** A picture for eyes alone: what it says to others is a table, see Figure. */
export function Chart({ kind, shape: { series, points }, colours, format }: ChartOptions) {
  const Frame = kind === 'bars' ? BarChart : LineChart
  return (
    <ResponsiveContainer width="100%" height={220}>
      <Frame data={points} accessibilityLayer={false} margin={{ top: 4, right: 8, bottom: 0, left: 0 }}>
        <CartesianGrid vertical={false} stroke="var(--ym-line)" />
        <XAxis dataKey="label" {...axis} minTickGap={24} />
        <YAxis {...axis} width={56} axisLine={false} tickFormatter={format} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: 'var(--ym-line)', stroke: 'var(--ym-line)', opacity: 0.5 }}
          content={({ active, payload }) =>
            active && payload?.[0] ? (
              <Tip point={payload[0].payload as Point} {...{ series, colours, format }} />
            ) : null
          }
        />
        {series.map((name, place) => {
          const value = ({ values }: Point) => values[place]
          const shared = { dataKey: value, name, isAnimationActive: false }
          return kind === 'bars' ? (
            <Bar key={name} {...shared} stackId="all" fill={colours[place] as string} maxBarSize={36} />
          ) : (
            <Line
              key={name}
              {...shared}
              stroke={colours[place] as string}
              strokeWidth={2}
              connectNulls={false}
              // A time with nothing before and behind it has no line.
              dot={{ r: 2 }}
            />
          )
        })}
      </Frame>
    </ResponsiveContainer>
  )
}

function Tip({
  point,
  series,
  colours,
  format,
}: Omit<ChartOptions, 'kind' | 'shape'> & { point: Point; series: string[] }) {
  return (
    <Paper withBorder p="xs" shadow="sm">
      <Text size="xs" fw={600}>
        {point.label}
      </Text>
      <Stack gap={0}>
        {series.map((name, place) => {
          const value = point.values[place]
          return value ? (
            <Group key={name} gap={6} wrap="nowrap">
              <Swatch colour={colours[place] as string} />
              <Text size="xs">
                {name}: {format(value)}
              </Text>
            </Group>
          ) : null
        })}
      </Stack>
    </Paper>
  )
}

export const Swatch = ({ colour }: { colour: string }) => (
  <span className={classes.swatch} style={{ background: colour }} aria-hidden />
)

import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

/** A column: its title, or also its width in px. `null` heads the buttons of a row. */
export type Head = string | null | { title: string; width: number }

/** A table of few rows, which scrolls within itself where the page is narrower than `minWidth` px. */
export function PlainTable({
  heads,
  minWidth,
  children,
}: {
  heads: readonly Head[]
  minWidth: number
  children: ReactNode
}) {
  return (
    <Table.ScrollContainer minWidth={minWidth}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) =>
              head === null ? (
                <Table.Th key="actions" w={50} aria-label="Actions" />
              ) : typeof head === 'string' ? (
                <Table.Th key={head}>{head}</Table.Th>
              ) : (
                <Table.Th key={head.title} w={head.width}>
                  {head.title}
                </Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

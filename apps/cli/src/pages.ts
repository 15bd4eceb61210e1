import type { Query, Rows } from '@yardmaster/client'

/** Every row of a list, page by page. */
export async function allRows<Row>(service: Pick<Rows<Row>, 'find'>, query: Query = {}): Promise<Row[]> {
  const rows: Row[] = []
  for (;;) {
    const page = await service.find({ query: { $limit: 200, ...query, $skip: rows.length } })
    rows.push(...page.data)
    if (page.data.length < page.limit || rows.length === page.total) return rows
  }
}

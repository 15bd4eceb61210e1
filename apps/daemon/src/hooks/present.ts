import type { CallHook } from './context.js'

type Row = Record<string, unknown>

/**
 * Rows come presented from the database; here a list or a row is narrowed to the fields that were asked for.
 * A method that changes a session's rows has told of it already, with its place in the log, so Feathers' own event
 * is left out for `logged` services.
 */
export const present =
  (options: { logged: boolean }): CallHook =>
  async (context, next) => {
    const select = (context.params.query as { $select?: string[] } | undefined)?.$select
    await next()
    if (options.logged) context.event = null
    if (!select) return
    const only = (row: Row): Row =>
      Object.fromEntries(Object.entries(row).filter(([name]) => name === 'id' || select.includes(name)))
    const { result } = context as { result: Row & { data?: Row[] } }
    context.result = Array.isArray(result.data) ? { ...result, data: result.data.map(only) } : only(result)
  }

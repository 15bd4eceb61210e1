import { DatabaseError } from 'pg'
import { StoreError } from './errors.js'

export type DatabaseErrorKind =
  | 'unique'
  | 'foreign_key'
  | 'check'
  | 'not_null'
  | 'bad_value'
  | 'deadlock'
  | 'unavailable'
  | 'other'

export interface ClassifiedError {
  kind: DatabaseErrorKind
  /** Name of the constraint or unique index that refused, where one did. */
  constraint?: string
  table?: string
  column?: string
}

const byCode: Record<string, DatabaseErrorKind> = {
  '23505': 'unique',
  '23P01': 'unique',
  '23503': 'foreign_key',
  '23001': 'foreign_key',
  '23514': 'check',
  '23502': 'not_null',
  '40P01': 'deadlock',
  '40001': 'deadlock',
  // Cancelled by one of the time limits that openDb sets.
  '57014': 'unavailable',
  '25P03': 'unavailable',
  // Shutting down, crashed, not up yet.
  '57P01': 'unavailable',
  '57P02': 'unavailable',
  '57P03': 'unavailable',
  // A value too large for an index row.
  '54000': 'bad_value',
}

// Data exceptions; connection exceptions; out of connections, memory or disk.
const byClass: Record<string, DatabaseErrorKind> = {
  '22': 'bad_value',
  '08': 'unavailable',
  '53': 'unavailable',
}

/**
 * What an error thrown by a `Db` means, without any of its SQL text. `other` is also the answer for an
 * error that is not the database's.
 */
export function databaseError(error: unknown): ClassifiedError {
  if (error instanceof StoreError) {
    return { kind: error.code === 'DATABASE_UNREACHABLE' ? 'unavailable' : 'other' }
  }
  if (!(error instanceof DatabaseError) || !error.code) return { kind: 'other' }
  const { constraint, table, column } = error
  const kind = byCode[error.code] ?? byClass[error.code.slice(0, 2)] ?? 'other'
  return { kind, constraint, table, column }
}

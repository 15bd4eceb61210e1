import { FeathersError } from '@feathersjs/errors'
import { GitError } from '@yardmaster/git'
import { type ErrorCode, errorTable, isErrorCode, YardmasterError } from '@yardmaster/protocol'
import { databaseError, StoreError } from '@yardmaster/store'

const names: Record<number, [name: string, className: string]> = {
  400: ['BadRequest', 'bad-request'],
  401: ['NotAuthenticated', 'not-authenticated'],
  403: ['Forbidden', 'forbidden'],
  404: ['NotFound', 'not-found'],
  405: ['MethodNotAllowed', 'method-not-allowed'],
  409: ['Conflict', 'conflict'],
  410: ['Gone', 'gone'],
  413: ['PayloadTooLarge', 'payload-too-large'],
  429: ['TooManyRequests', 'too-many-requests'],
  503: ['Unavailable', 'unavailable'],
}

/** The one form in which failures leave the daemon: Feathers' JSON with a code of the table in `data`. */
export function answer(error: YardmasterError): FeathersError {
  const [name, className] = names[error.status] ?? ['GeneralError', 'general-error']
  return new FeathersError(error.message, name, error.status, className, {
    ...error.details,
    code: error.code,
  })
}

/**
 * Finds the code for whatever was thrown. Texts of the database and of libraries stay inside: only messages that
 * were written for people go out.
 *
 * @param unforeseen told of what has no code, for the log
 */
export function codeFailure(error: unknown, unforeseen: (error: unknown) => void): YardmasterError {
  if (error instanceof YardmasterError) return error
  if (error instanceof GitError) return fromGit(error)
  if (error instanceof StoreError) return new YardmasterError('UNAVAILABLE')
  if (error instanceof FeathersError) return fromFeathers(error)
  const fromHttp = fromBodyParser(error)
  if (fromHttp) return new YardmasterError(fromHttp)
  const code = fromDatabase(error)
  if (code) return new YardmasterError(code)
  unforeseen(error)
  return new YardmasterError('INTERNAL')
}

// Their own messages say where in the daemon's home something lies or is missing.
const aboutPlaces = ['WORKTREE_EXISTS', 'WORKTREE_GONE', 'REPO_GONE']

function fromGit({ code, message }: GitError): YardmasterError {
  if (!isErrorCode(code)) return new YardmasterError('GIT_FAILED', message)
  return aboutPlaces.includes(code) ? new YardmasterError(code) : new YardmasterError(code, message)
}

function fromFeathers(error: FeathersError): YardmasterError {
  const { code, ...details } = (error.data ?? {}) as { code?: unknown }
  if (isErrorCode(code)) return new YardmasterError(code, error.message, details)
  const byStatus: Record<number, ErrorCode> = {
    400: 'INVALID',
    401: 'NOT_AUTHENTICATED',
    404: 'NO_SUCH_ROUTE',
    405: 'METHOD_NOT_ALLOWED',
  }
  return new YardmasterError(byStatus[error.code] ?? 'INTERNAL')
}

/** What koa's body parser throws carries an HTTP status, or is a plain SyntaxError, or comes from unpacking the body. */
function fromBodyParser(error: unknown): ErrorCode | null {
  const { status, code, message } = (error ?? {}) as { status?: unknown; code?: unknown; message?: unknown }
  // The body parser may wrap what unpacking threw, and keep its code in the text alone.
  const isUnpacking = /\bZ_[A-Z]+_ERROR\b/.test(`${code} ${message}`)
  if (error instanceof SyntaxError || isUnpacking) return 'INVALID_JSON'
  if (status === 413) return 'BODY_TOO_LARGE'
  return status === 400 || status === 415 ? 'INVALID_JSON' : null
}

function fromDatabase(error: unknown): ErrorCode | null {
  const byKind: Record<string, ErrorCode> = {
    unique: 'ALREADY_EXISTS',
    foreign_key: 'IN_USE',
    check: 'BAD_VALUE',
    not_null: 'BAD_VALUE',
    bad_value: 'BAD_VALUE',
    unavailable: 'UNAVAILABLE',
    deadlock: 'UNAVAILABLE',
  }
  const { kind } = databaseError(error)
  return byKind[kind] ?? null
}

/** Every code with its status, for the documentation. */
export const codes = Object.keys(errorTable) as ErrorCode[]

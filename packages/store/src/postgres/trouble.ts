import { StoreError } from '../errors.js'

const NOT_WRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST']

/** The sentence for a file operation in `path` that failed; errors that already are sentences pass through. */
export function fileTrouble(path: string, error: unknown): unknown {
  const code = error instanceof StoreError ? undefined : (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, error)
  if (!code || !NOT_WRITABLE.includes(code)) return error
  return new StoreError(
    'HOME_NOT_WRITABLE',
    `Cannot write to ${path} (${code}): make it writable for this user, choose another YARDMASTER_HOME, ` +
      'or set DATABASE_URL to a Postgres 15 or newer.',
    { cause: error },
  )
}

export function diskFull(path: string, cause?: unknown): StoreError {
  return new StoreError('DISK_FULL', `The disk that holds ${path} is full: make room on it.`, { cause })
}

export function binaryMissing(cause?: unknown): StoreError {
  const platform = `${process.platform}-${process.arch}`
  return new StoreError(
    'POSTGRES_BINARY_MISSING',
    `There is no bundled Postgres that runs on this machine (${platform}): set DATABASE_URL to a Postgres 15 or newer.`,
    { cause },
  )
}

/** @param reason what Postgres itself said last */
export function startFailed(reason: string, logFile?: string): StoreError {
  if (/No space left on device/.test(reason)) return diskFull(logFile ?? 'the database')
  const oneLine = reason.trim().replace(/\s+/g, ' ')
  const where = logFile ? `; its log is ${logFile}` : ''
  return new StoreError(
    'POSTGRES_START_FAILED',
    `The bundled Postgres did not start: ${oneLine || 'it gave no reason'}${where}.`,
  )
}

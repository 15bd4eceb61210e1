/** What went wrong underneath the store, for whoever starts or runs it; the message is one sentence that says what to do. */
export type StoreErrorCode =
  | 'HOME_NOT_WRITABLE'
  | 'DISK_FULL'
  | 'POSTGRES_BINARY_MISSING'
  | 'POSTGRES_DATA_VERSION'
  | 'POSTGRES_START_FAILED'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_TOO_OLD'
  | 'DATABASE_NEWER'
  | 'DATABASE_RIGHTS_MISSING'
  | 'TRANSACTION_ABORTED'

/** An error of the store itself, as opposed to one that Postgres answered a statement with. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError'

  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

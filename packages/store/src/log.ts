/** Where the store tells what it does; `console` fits. Never given a secret. */
export interface Log {
  info(message: string): void
  warn(message: string): void
  error(message: string, error?: unknown): void
}

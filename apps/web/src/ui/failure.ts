import { notifications } from '@mantine/notifications'
import { codeOf } from '@yardmaster/client'
import { describeError } from './words.js'

/** What went wrong, in words: the daemon's own sentence says what to do. */
export function failureText(error: unknown): string {
  const code = codeOf(error)
  if (code === null) return describeError.offline
  const { message } = error as { message?: string }
  return message || describeError.unknown
}

/** Tells it in a corner of the page. */
export function showFailure(error: unknown): void {
  notifications.show({
    color: 'red',
    title: describeError.title,
    message: failureText(error),
    autoClose: 8_000,
  })
}

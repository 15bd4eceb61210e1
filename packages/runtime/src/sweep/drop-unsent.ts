import { type Db, statement } from '@yardmaster/store'

const drop = statement<[], never>(
  'drop-unsent-attachments',
  `delete from attachments where sent_at is null and created_at < clock_timestamp() - interval '1 day'`,
)

/** Removes files that were put there a day ago, and no prompt has taken. */
export const dropUnsent = async (db: Db): Promise<void> => {
  await drop(db)
}

import { YardmasterError } from '@yardmaster/protocol'
import { statement, type Tx } from '@yardmaster/store'

// Held until the end of the claim: a new boot registers after it, and then finds what it took.
const hold = statement<[string, string], { id: string }>(
  'hold-runtime-boot',
  'select id from runtimes where id = $1 and boot_id = $2 for share',
)

/** The call of a process whose place another one has taken. */
export const replaced = (): YardmasterError =>
  new YardmasterError('FENCED', 'Another process took the place of this runtime; end this one.')

/** Lets only the runtime's present boot on, and no other take its place meanwhile. @throws FENCED */
export async function holdBoot(tx: Tx, runtime_id: string, boot_id: string): Promise<void> {
  if ((await hold(tx, runtime_id, boot_id)).length === 0) throw replaced()
}

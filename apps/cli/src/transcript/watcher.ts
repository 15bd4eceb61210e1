import type { Chunk } from '@yardmaster/client'
import type { Message, PermissionRequest, Session, Task } from '@yardmaster/protocol'

/** Hears a session in its order. Rows are whole, and may come more than once as they change. */
export interface Watcher {
  message?(message: Message): void
  removed?(message: Pick<Message, 'id'>): void
  task?(task: Task): void
  request?(request: PermissionRequest): void
  session?(session: Session): void
  /** Text that a message grew by, before the message itself. */
  chunk?(chunk: Chunk): void
  /** The connection went, or is back and everything missed has been told. */
  connection?(state: 'lost' | 'back'): void
}

import { Writable } from 'node:stream'
import {
  type AnyMessage,
  type ClientContext,
  type CreateElicitationRequest,
  type CreateElicitationResponse,
  client,
  methods,
  ndJsonStream,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
} from '@agentclientprotocol/sdk'
import type { Harness } from '../harness/harness.js'

export interface LinkHandlers {
  /** One `session/update`, as it came. Called in the order of the wire. */
  onUpdate(params: Record<string, unknown>): void
  onPermission(params: RequestPermissionRequest, signal: AbortSignal): Promise<RequestPermissionResponse>
  onQuestion(params: CreateElicitationRequest, signal: AbortSignal): Promise<CreateElicitationResponse>
  /** Something was read: a sign of life. */
  onRead(): void
  /** Awaited before more is read. */
  room(): Promise<void>
}

/** An open ACP connection to a harness. */
export interface Link {
  agent: ClientContext
  /** Resolves when the harness's output ended or broke. */
  closed: Promise<void>
  /** Aborted when it closed; the reason says why. */
  signal: AbortSignal
  close(): void
}

/**
 * Speaks ACP with the harness.
 *
 * Updates are taken out of the stream below the SDK: it drops the kinds that its schema does not know, and it
 * hands over the answer to a prompt before the last updates that came ahead of it.
 */
export function openLink(harness: Harness, handlers: LinkHandlers): Link {
  const { stdin } = harness.input
  const stream = ndJsonStream(Writable.toWeb(stdin) as WritableStream<Uint8Array>, bytesOf(harness, handlers))
  const rest = new TransformStream<AnyMessage, AnyMessage>({
    transform(message, controller) {
      const update = updateIn(message)
      if (update) handlers.onUpdate(update)
      else controller.enqueue(message)
    },
  })
  const connection = client({ name: 'yardmaster' })
    // Unchecked: an option of a kind that the SDK does not know yet is still for people to choose.
    .onRequest(
      methods.client.session.requestPermission,
      (params) => params as RequestPermissionRequest,
      ({ params, signal }) => handlers.onPermission(params, signal),
    )
    .onRequest(
      methods.client.elicitation.create,
      (params) => params as CreateElicitationRequest,
      ({ params, signal }) => handlers.onQuestion(params, signal),
    )
    .connect({ writable: stream.writable, readable: stream.readable.pipeThrough(rest) })
  const { agent, closed, signal } = connection
  return { agent, closed, signal, close: () => connection.close() }
}

/**
 * The harness's output, read no faster than there is room: the SDK itself reads as fast as it can and keeps it all.
 */
function bytesOf(harness: Harness, { onRead, room }: LinkHandlers): ReadableStream<Uint8Array> {
  const parts = harness.input.stdout[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await room()
        const { value, done } = await parts.next().catch(() => ({ value: undefined, done: true }))
        if (done) return controller.close()
        onRead()
        controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
}

function updateIn(message: AnyMessage): Record<string, unknown> | null {
  if (!('method' in message) || message.method !== methods.client.session.update || 'id' in message)
    return null
  const { params } = message
  return typeof params === 'object' && params !== null ? (params as Record<string, unknown>) : null
}

import { methods, RequestError } from '@agentclientprotocol/sdk/unstable'
import type { Session } from './session.js'

const requestedSchema = {
  type: 'object' as const,
  properties: { answer: { type: 'string' as const, title: 'Answer', minLength: 1 } },
  required: ['answer'],
}

/** Asks whoever sits at the client a question, and tells what came of it; null when the prompt was cancelled meanwhile. */
export async function askQuestion(
  session: Session,
  message: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (!session.takesQuestions) return 'This client takes no questions.'
  try {
    const response = await session.client.request(
      methods.client.elicitation.create,
      { sessionId: session.stored.id, mode: 'form', message, requestedSchema },
      { cancellationSignal: signal, stopWaitingOnCancel: true },
    )
    if (response.action !== 'accept') return `The question was not answered: ${response.action}.`
    return `You answered:\n${(response as { content?: { answer?: unknown } | null }).content?.answer}`
  } catch (error) {
    if (signal.aborted) return null
    if (!(error instanceof RequestError)) throw error
    return `The question could not be asked: ${error.message}`
  }
}

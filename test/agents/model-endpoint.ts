import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: string | { type: string; text?: string }[] | null
  tool_calls?: { id: string; function: { name: string; arguments: string } }[]
  tool_call_id?: string
}

export interface ChatRequest {
  model: string
  messages: ChatMessage[]
  tools?: { function: { name: string } }[]
}

/** What the model answers: words, and a tool that it wants called. */
export interface Answer {
  say?: string
  call?: { tool: string; arguments: object }
}

/** Tokens that each answer is said to have cost. */
export const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }

const title = 'A made-up title'

/**
 * A language model that says what it is told to, behind the chat completions of OpenAI's API: streamed, with tool calls
 * and usage, on loopback.
 */
export class ModelEndpoint {
  /** The requests of conversations, in order; those for a title are answered on the side and not kept. */
  readonly requests: ChatRequest[] = []
  readonly #answers: Answer[] = []
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  private constructor() {}

  static async open(): Promise<ModelEndpoint> {
    const endpoint = new ModelEndpoint()
    await new Promise<void>((resolve) => endpoint.#server.listen(0, '127.0.0.1', resolve))
    return endpoint
  }

  /** Base for OpenAI-compatible clients. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  /** What it answers to the next requests, one each. */
  script(...answers: Answer[]): void {
    this.#answers.push(...answers)
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      response.writeHead(404).end()
      return
    }
    const chat: ChatRequest = JSON.parse(Buffer.concat(parts).toString('utf8'))
    const answer = this.#answerTo(chat)
    // Of the errors that clients know, this is one that they do not try again.
    if (!answer) {
      const error = { message: 'There is nothing more in the script', type: 'invalid_request_error' }
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const chunk of chunksOf(answer, this.requests.length)) {
      const event = { id: 'chat', object: 'chat.completion.chunk', created: 0, model: chat.model, ...chunk }
      response.write(`data: ${JSON.stringify(event)}\n\n`)
    }
    response.end('data: [DONE]\n\n')
  }

  #answerTo(chat: ChatRequest): Answer | undefined {
    // A conversation always comes with tools.
    if (!chat.tools?.length) return { say: title }
    this.requests.push(chat)
    return this.#answers.shift()
  }
}

/** Word by word, as a model speaks. */
function chunksOf({ say = '', call }: Answer, number: number): object[] {
  const delta = (delta: object, finish_reason: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason }],
  })
  const words = say.split(/(?<= )/).map((content) => delta({ role: 'assistant', content }))
  if (!call) return [...words, { ...delta({}, 'stop'), usage }]
  const tool = {
    index: 0,
    id: `call_${number}`,
    type: 'function',
    function: { name: call.tool, arguments: JSON.stringify(call.arguments) },
  }
  return [...words, delta({ role: 'assistant', tool_calls: [tool] }), { ...delta({}, 'tool_calls'), usage }]
}

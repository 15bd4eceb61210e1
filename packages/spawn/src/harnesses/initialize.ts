import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { type InitializeRequest, type InitializeResponse, PROTOCOL_VERSION } from '@agentclientprotocol/sdk'

export type Initialized =
  | { version: string | null; capabilities: Record<string, unknown> }
  | { problem: string }

// The SDK's connection would take any output, however much, and say nothing of what it cannot read. A probe has
// one question, and its worth lies in telling what went wrong.
const mostOutput = 1_000_000
const request: InitializeRequest = {
  protocolVersion: PROTOCOL_VERSION,
  clientCapabilities: {},
  clientInfo: { name: 'yardmaster', title: 'Yardmaster', version: '0.1.0' },
}

/** Asks a harness that was started just now to `initialize`. Resolves with its answer or with what came instead. */
export function askInitialize(child: ChildProcessWithoutNullStreams): Promise<Initialized> {
  return new Promise((resolve) => {
    let unread = ''
    let taken = 0
    let complaint = ''
    let garbage = ''
    child.on('error', (error) => resolve({ problem: `cannot be started: ${error.message}` }))
    child.stdin.on('error', () => {})
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2_000)
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      taken += text.length
      const lines = (unread + text).split('\n')
      unread = lines.pop() ?? ''
      for (const line of lines) {
        const answer = read(line)
        if (answer) resolve(answer)
        else garbage ||= line.trim()
      }
      if (taken > mostOutput)
        resolve({ problem: `does not speak ACP: it prints ${quote(garbage || unread)}` })
    })
    child.on('close', (code, signal) => {
      const last = complaint.trim().split('\n').at(-1) || garbage
      const how = signal ? `by ${signal}` : `with code ${code}`
      resolve({ problem: `ended ${how} instead of answering to ACP initialize${last && `: ${quote(last)}`}` })
    })
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params: request })}\n`)
  })
}

/** The answer that a line holds; null for any other line, since many programs greet before they speak. */
function read(line: string): Initialized | null {
  let message: { id?: unknown; result?: InitializeResponse; error?: { message?: string } } | null
  try {
    message = JSON.parse(line)
  } catch {
    return null
  }
  if (message?.id !== 0) return null
  const { result, error } = message
  if (error) return { problem: `refuses ACP initialize: ${quote(String(error.message))}` }
  if (result?.protocolVersion !== PROTOCOL_VERSION)
    return {
      problem: `speaks version ${result?.protocolVersion} of ACP, Yardmaster version ${PROTOCOL_VERSION}`,
    }
  return {
    version: result.agentInfo?.version ?? null,
    capabilities: { ...result.agentCapabilities },
  }
}

const quote = (text: string): string => `"${text.length > 200 ? `${text.slice(0, 200)}…` : text}"`

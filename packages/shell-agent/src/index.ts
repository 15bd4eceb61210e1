import { readFileSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { ndJsonStream } from '@agentclientprotocol/sdk/unstable'
import { ShellAgent } from './agent.js'
import { killRunning } from './command.js'
import { SessionStore, stateDirectory } from './session-store.js'

// A program and no library: it speaks ACP on standard input and output, and nothing else is ever written
// to standard output.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const agent = new ShellAgent(new SessionStore(stateDirectory(process.env)), version)

let ending = false
/** Ends the commands first: whoever started this process must find none of its own left behind. */
async function end(code: number): Promise<void> {
  if (ending) return
  ending = true
  await agent.close()
  // The prompts that this has ended are answered in the same breath; the answers shall still go out.
  setImmediate(() => process.exit(code))
}

process.on('exit', killRunning)
process.on('SIGTERM', () => void end(0))
process.on('SIGINT', () => void end(0))
process.on('SIGHUP', () => void end(0))
process.stdout.on('error', () => void end(0))
process.on('uncaughtException', (error) => {
  console.error('shell-agent:', error)
  void end(1)
})

if (process.stdin.isTTY)
  console.error('This program speaks the Agent Client Protocol; start it from a client.')

const output = Writable.toWeb(process.stdout) as WritableStream<Uint8Array>
const input = Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>
const connection = agent.app().connect(ndJsonStream(output, input))
void connection.closed.then(() => end(0))

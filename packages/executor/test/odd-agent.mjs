// An ACP agent that does what its prompt tells: a JSON list of steps, one after the other. It writes the protocol by hand,
// so that it can also say what no well-behaved library would.
//
//   {update}            sends a session/update        {ask: [calls]}   asks for all of them at once, and says the outcomes
//   {raw}               writes a line as it is        {exit: code}     ends the process
//   {echo: true}        says the prompt back          {calls: n}       sends n tool calls with much output
//   {error}             answers with an error         {stop: reason}   answers with that stop reason
//   {touch: path}       makes a file
//   {hang: true}        never answers, not even a cancel                {stderr}         writes to standard error
//   {repeat, update}    sends it that often           {wait: reason}   answers so when it is cancelled
//   {either: [calls]}   asks for all of them at once, and takes the others back when one is answered
//
// ODD_AGENT is JSON: {capabilities, session (added to the answer of session/new), resume: an error}
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const odd = JSON.parse(process.env.ODD_AGENT ?? '{}')
const sessionId = 'odd-session'
const waiting = new Map()
let number = 0
let cancelled = () => {}

/** Resolves when the reader has taken it. */
const write = (message) =>
  new Promise((resolve) =>
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`, resolve),
  )
const update = (update) => write({ method: 'session/update', params: { sessionId, update } })
const say = (text, messageId) =>
  update({ sessionUpdate: 'agent_message_chunk', messageId, content: { type: 'text', text } })

const toolCall = (at) => ({ sessionUpdate: 'tool_call', toolCallId: `c${at}`, title: `call ${at}` })

function ask(toolCall) {
  const options = ['allow_always', 'allow_once', 'reject_once'].map((kind) => ({
    optionId: `id-${kind}`,
    name: kind,
    kind,
  }))
  number += 1
  const id = `ask-${number}`
  write({ id, method: 'session/request_permission', params: { sessionId, toolCall, options } })
  return Object.assign(new Promise((resolve) => waiting.set(id, resolve)), { id })
}

async function prompt(text) {
  const stopped = new Promise((resolve) => {
    cancelled = resolve
  })
  for (const step of JSON.parse(text)) {
    if (step.update) for (let left = step.repeat ?? 1; left > 0; left--) update(step.update)
    for (let at = 0; at < step.calls; at++) await update({ ...toolCall(at), rawOutput: 'x'.repeat(60_000) })
    if (step.echo) update({ sessionUpdate: 'user_message_chunk', content: { type: 'text', text } })
    if (step.raw) process.stdout.write(`${step.raw}\n`)
    if (step.touch) writeFileSync(step.touch, '')
    if (step.stderr) process.stderr.write(step.stderr)
    if (step.ask) {
      const answers = await Promise.all(step.ask.map(ask))
      say(answers.map(({ outcome }) => outcome.optionId ?? outcome.outcome).join(' '), step.messageId)
    }
    if (step.either) {
      const asked = step.either.map(ask)
      const first = await Promise.race(asked.map((one) => one.then(() => one.id)))
      for (const { id } of asked)
        if (id !== first) write({ method: '$/cancel_request', params: { requestId: id } })
    }
    if ('exit' in step) process.exit(step.exit)
    if (step.error) throw step.error
    if (step.hang) await new Promise(() => {})
    if (step.wait) return stopped.then(() => ({ stopReason: step.wait }))
    if (step.stop) return { stopReason: step.stop }
  }
  return { stopReason: 'end_turn' }
}

const methods = {
  initialize: () => ({ protocolVersion: 1, agentCapabilities: odd.capabilities ?? {} }),
  'session/new': () => ({ sessionId, ...odd.session }),
  'session/resume': () => {
    if (odd.resume) throw odd.resume
    return {}
  },
  'session/load': () => {
    say('told before')
    return {}
  },
  'session/set_model': ({ modelId }) => say(`model ${modelId}`),
  'session/prompt': ({ prompt: [{ text }] }) => prompt(text),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params, result } = JSON.parse(line)
  if (method === 'session/cancel') cancelled()
  else if (!method) waiting.get(id)?.(result)
  else
    Promise.resolve()
      .then(() => methods[method](params))
      .then(
        (result) => write({ id, result: result ?? {} }),
        (error) =>
          write({ id, error: { code: error.code ?? -32603, message: error.message, data: error.data } }),
      )
}

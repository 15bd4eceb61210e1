// Somebody who watches a session, as a process of its own that can be stopped and go on. Told on its input what and where, it
// writes a line with its state and its view after each change.
import { once } from 'node:events'
import { connectSocket, watchPresence, watchSession } from '@yardmaster/client'

const [said] = await once(process.stdin, 'data')
const { url, token, session_id } = JSON.parse(said)
process.stdin.on('end', () => process.exit()).resume()
const client = connectSocket(url, token)
watchPresence(client, session_id)
const watch = watchSession(client, session_id, { window: Number.POSITIVE_INFINITY })
watch.subscribe(() => process.stdout.write(`${JSON.stringify({ state: watch.state, view: watch.view })}\n`))

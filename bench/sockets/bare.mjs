// A bare socket.io server: whoever connects is in the one room, and each request is an event for it.
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { tellMemory } from '../kit/tell-memory.mjs'

const server = createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  io.to('room').emit('tasks patched', JSON.parse(Buffer.concat(parts)), { session_id: 'room', seq: 1 })
  response.end('{}')
})
const io = new Server(server, { serveClient: false })
io.on('connection', (socket) => socket.join('room'))
server.listen(0, '127.0.0.1', () => console.log(`serves http://127.0.0.1:${server.address().port}`))
process.stdin.on('end', () => process.exit(0)).resume()
tellMemory()

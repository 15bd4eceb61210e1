// Many sockets in a process of its own, which only count what they hear: as little work as can be, so that the server
// is what limits. Speaks the protocol itself, since the usual client would cost more than the server.
import { WebSocket } from 'ws'

const [url, count, auth, packet] = process.argv.slice(2)
const sockets = []
let heard = 0
let awaited = Number.POSITIVE_INFINITY

/** Connects one socket, signs it in, and sends it the packet, if there is one, which must be acknowledged. */
const connect = () =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      perMessageDeflate: false,
    })
    sockets.push(socket)
    socket.on('error', reject)
    socket.on('message', (data) => {
      const text = data.toString('latin1', 0, 3)
      if (text.startsWith('42')) {
        heard += 1
        if (heard === awaited) process.send('heard')
      } else if (text.startsWith('0')) socket.send(`40${auth}`)
      else if (text.startsWith('2')) socket.send('3')
      else if (text.startsWith('40')) {
        if (packet) socket.send(`421${packet}`)
        else resolve()
      } else if (text.startsWith('43')) resolve()
      else reject(new Error(data.toString()))
    })
  })

process.on('message', (events) => {
  heard = 0
  awaited = events * sockets.length
  process.send('listens')
})
process.on('disconnect', () => process.exit(0))

const together = 50
for (let made = 0; made < Number(count); made += together)
  await Promise.all(Array.from({ length: Math.min(together, Number(count) - made) }, connect))
process.send('connected')

// A page that prints the events it hears and does nothing else, and the server that sends them: each request is an event.
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const words = 'some words of an answer '.repeat(12)
const page = (rows) => `<!doctype html><meta charset="utf-8"><title>bare</title><div id="events">${Array.from(
  { length: rows },
  (_, n) => `<p>${n} ${words}</p>`,
).join('')}</div><script src="/socket.io/socket.io.min.js"></script><script>
const events = document.getElementById('events')
const socket = io()
socket.on('messages created', ({ content }) => {
  const line = document.createElement('p')
  line.textContent = content[0].text
  events.append(line)
  scrollTo(0, document.body.scrollHeight)
})
socket.on('connect', () => { document.body.dataset.connected = '' })
</script>`

const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url, 'http://localhost')
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    return response.end(page(Number(searchParams.get('rows'))))
  }
  const parts = []
  for await (const part of request) parts.push(part)
  const created_at = new Date().toISOString()
  io.emit('messages created', { ...JSON.parse(Buffer.concat(parts)), created_at })
  response.end(JSON.stringify({ created_at }))
})
const io = new Server(server)
server.listen(0, '127.0.0.1', () => console.log(`serves http://127.0.0.1:${server.address().port}`))
process.stdin.on('end', () => process.exit(0)).resume()

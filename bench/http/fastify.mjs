// What one would write by hand for these three calls: Fastify and pg, prepared statements, JWT, schemas.
import jwt from '@fastify/jwt'
import Fastify from 'fastify'
import pg from 'pg'
import { loadTaskSql, messagesSql, noteTaskSql } from './statements.mjs'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
const app = Fastify()
app.register(jwt, { secret: process.env.SECRET, verify: { allowedAud: 'yardmaster', algorithms: ['HS256'] } })
app.addHook('onRequest', (request) => request.jwtVerify())

const id = { type: 'string', format: 'uuid' }
const params = { type: 'object', properties: { id }, required: ['id'] }
const report = {
  type: 'object',
  properties: {
    git_state: { type: 'object' },
    work_dir: { type: 'string', maxLength: 4096 },
    usage: { type: 'object' },
    model: { type: 'string', maxLength: 200 },
  },
  additionalProperties: false,
  minProperties: 1,
}
const json = (value) => (value === undefined ? null : JSON.stringify(value))
const refused = (reply, status) => reply.code(status).send({ message: 'refused', code: status })

app.patch('/tasks/:id', { schema: { params, body: report } }, async ({ params, user, body }, reply) => {
  const found = await pool.query({ ...loadTaskSql, values: [params.id, null, user.sub] })
  const { row, task } = found.rows[0]
  if (!task || task.nonce !== user.nonce) return refused(reply, 401)
  if (row?.id !== user.sub) return refused(reply, 404)
  if (task.attempt !== user.attempt) return refused(reply, 409)
  const { git_state, work_dir = null, usage, model = null } = body
  const values = [user.session_id, user.sub, user.attempt, json(git_state), work_dir, json(usage), model]
  const written = await pool.query({ ...noteTaskSql, values })
  return written.rows[0]?.wire ?? refused(reply, 409)
})

app.get('/tasks/:id', { schema: { params } }, async ({ params, user }, reply) => {
  const found = await pool.query({ ...loadTaskSql, values: [params.id, user.sub, null] })
  const { row, level, user: caller } = found.rows[0]
  if (!caller || caller.disabled || caller.epoch !== user.epoch) return refused(reply, 401)
  return level === 'none' || !row ? refused(reply, 404) : row
})

const page = {
  type: 'object',
  properties: {
    session_id: id,
    $limit: { type: 'integer', minimum: 0, maximum: 200 },
    'seq[$gt]': { type: 'integer', minimum: 0 },
  },
  required: ['session_id'],
  additionalProperties: false,
}
app.get('/messages', { schema: { querystring: page } }, async ({ query, user }) => {
  const { session_id, $limit: limit = 50, 'seq[$gt]': after = 0 } = query
  const found = await pool.query({ ...messagesSql, values: [user.sub, user.epoch, session_id, after, limit] })
  return { limit, skip: 0, data: found.rows.map(({ wire }) => wire) }
})

console.log(`serves ${await app.listen({ host: '127.0.0.1', port: 0 })}`)
process.stdin.on('end', () => process.exit(0)).resume()

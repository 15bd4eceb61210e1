import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDb, startPostgres } from '@yardmaster/store'

const quiet = { info: () => {}, warn: () => {}, error: console.error }

/** A Postgres of the benchmark's own, as the daemon would start it; gone after `work`. */
export async function withPostgres(work) {
  const home = await mkdtemp(join(tmpdir(), 'yardmaster-bench-'))
  const postgres = await startPostgres({ home, log: quiet })
  try {
    return await work({ create: (name) => create(postgres.ownerUrl, name), pid: postgres.pid })
  } finally {
    await postgres.stop()
    await rm(postgres.directory, { recursive: true, force: true })
    await rm(home, { recursive: true, force: true })
  }
}

async function create(ownerUrl, name) {
  const owner = openDb({ url: ownerUrl, max: 1, log: quiet })
  await owner.query({ text: `create database ${name}` })
  await owner.close()
  const url = new URL(ownerUrl)
  url.pathname = `/${name}`
  return url.href
}

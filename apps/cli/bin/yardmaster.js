#!/usr/bin/env -S node --max-semi-space-size=32
// `yardmaster start` runs the daemon in this process: what many calls at once make and drop fits into 32 MiB and
// need not be copied twice, which was a twentieth of the daemon's time.
import { main } from '../dist/index.js'

// A reader that has seen enough, like `head`, is no failure.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

process.exitCode = await main(process.argv.slice(2))

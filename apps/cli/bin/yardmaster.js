#!/usr/bin/env node
import { main } from '../dist/index.js'

// A reader that has seen enough, like `head`, is no failure.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

process.exitCode = await main(process.argv.slice(2))

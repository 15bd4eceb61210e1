import { log } from './log.js'
import { readOrder } from './order.js'
import { killOwnTree } from './own-tree.js'
import { run } from './run.js'
import { StopSignal } from './stop-signal.js'

// A program and no library: it takes one order on its standard input, runs that attempt, and ends.
const stop = new StopSignal()
stop.listen(() => process.exit(0))

process.on('uncaughtException', (error) => {
  log(`broken: ${error.stack ?? error}`)
  killOwnTree()
  process.exit(1)
})

const order = await readOrder(process.stdin)
log(`task ${order.task.id}, attempt ${order.task.attempt}, harness ${order.session.harness}`)
// Said aloud, since sockets to the daemon and pipes of what the harness left behind may still be open.
process.exit(await run(order, stop))

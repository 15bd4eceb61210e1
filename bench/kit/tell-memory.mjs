/** Tells on SIGUSR2 how much memory of this process is resident once its garbage is collected. */
export function tellMemory() {
  process.on('SIGUSR2', () => {
    globalThis.gc()
    console.log(`holds ${process.memoryUsage.rss()}`)
  })
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Shows that work goes on while it does: on stderr, and only where that is a terminal. */
export async function spin<T>(
  label: string,
  work: () => Promise<T>,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<T> {
  if (!stream.isTTY) return work()
  let frame = 0
  const draw = () => stream.write(`\r${frames[frame++ % frames.length]} ${label}`)
  draw()
  const timer = setInterval(draw, 80)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    stream.write('\r\x1b[2K')
  }
}

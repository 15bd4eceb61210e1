// How the demo looks: steps with a mark and a time, and what happens between them behind a bar.

const live = process.stdout.isTTY === true
const colored = !process.env.NO_COLOR && (live || Boolean(process.env.FORCE_COLOR))
const style = (code) => (text) => (colored ? `\x1b[${code}m${text}\x1b[0m` : text)
export const bold = style(1)
export const dim = style(2)
export const green = style(32)
export const red = style(31)

/** A step takes no longer than this before it counts as failed. Milliseconds. */
const PATIENCE = 60_000
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

let atLineStart = true
let spinner = null

/** Text behind the bar, in pieces that need not be whole lines. */
export function behindBar(text) {
  spinner?.clear()
  let out = ''
  for (const part of text.split(/(\n)/)) {
    if (part === '') continue
    if (part === '\n') out += atLineStart ? `  ${dim('│')}\n` : '\n'
    else out += atLineStart ? `  ${dim('│')} ${part}` : part
    atLineStart = part === '\n'
  }
  process.stdout.write(out)
}

export function say(line) {
  spinner?.clear()
  process.stdout.write(`${atLineStart ? '' : '\n'}${line}\n`)
  atLineStart = true
}

/**
 * One step of the story: seen to happen, or the story ends here.
 *
 * @template T
 * @param {string} label what will have happened
 * @param {() => Promise<T>} work throws when it did not
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const since = performance.now()
  spinner = live ? startSpinner(label) : null
  let timer
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not seen within ${PATIENCE / 1000} s`)), PATIENCE)
    })
    const result = await Promise.race([work(), late])
    end(`${green('✓')} ${label} ${dim(`${((performance.now() - since) / 1000).toFixed(2)} s`)}`)
    return result
  } catch (error) {
    end(`${red('✗')} ${label}`)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function end(line) {
  spinner?.stop()
  spinner = null
  say(line)
}

// Draws only on a line of its own, so that a transcript between two frames stays whole.
function startSpinner(label) {
  let frame = 0
  let drawn = false
  const clear = () => {
    if (drawn) process.stdout.write('\r\x1b[2K')
    drawn = false
  }
  const timer = setInterval(() => {
    if (!atLineStart) return
    process.stdout.write(`\r${frames[frame++ % frames.length]} ${label}`)
    drawn = true
  }, 80)
  return {
    clear,
    stop() {
      clearInterval(timer)
      clear()
    },
  }
}

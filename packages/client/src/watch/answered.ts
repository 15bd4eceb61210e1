/**
 * The answer of a call over a socket, or a failure once none can come: socket.io by itself waits for ever.
 *
 * @param signal aborted when the connection is gone
 * @param longest milliseconds that an answer may take
 * @throws what the call throws, or an error without a code
 */
export function answered<T>(call: Promise<T>, signal: AbortSignal, longest: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = () => fail(new Error('The connection was lost.'))
    const timer = setTimeout(() => fail(new Error('The daemon did not answer.')), longest)
    const settle = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', gone)
    }
    const fail = (error: unknown) => {
      settle()
      reject(error)
    }
    signal.addEventListener('abort', gone)
    call.then((answer) => {
      settle()
      resolve(answer)
    }, fail)
    if (signal.aborted) gone()
  })
}

interface Watched {
  subscribe(listener: () => void): () => void
}

/** Looks at each change of a watch, until there is something to see. */
export const until = <Watch extends Watched, T>(
  watch: Watch,
  look: (watch: Watch) => T | undefined | null | false,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const again = () => {
      try {
        const found = look(watch)
        if (!found) return
        resolve(found)
      } catch (error) {
        reject(error)
      }
      leave()
    }
    const leave = watch.subscribe(again)
    again()
  })

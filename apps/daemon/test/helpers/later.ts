/**
 * As if so many milliseconds had passed for whatever this process measures by a clock that only goes on, until it is
 * restored. What runs out is seen to run out so, and nothing has to be done in the time that it has.
 */
export function later(milliseconds: number): jest.SpyInstance {
  const now = performance.now.bind(performance)
  return jest.spyOn(performance, 'now').mockImplementation(() => now() + milliseconds)
}

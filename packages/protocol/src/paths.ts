// The two path helpers that settings need. node:path would do, but this package also runs in browsers.
export const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)
export const join = (...parts: string[]): string => parts.join('/').replace(/\/{2,}/g, '/')

import { InvalidArgumentError } from 'commander'

const units: Record<string, number> = { min: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads a time, or how long ago it was, like `90min`, `24h` or `7d`; as an ISO timestamp. @throws InvalidArgumentError */
export function time(text: string): string {
  const [, amount, unit] = /^(\d+)(min|h|d)$/.exec(text) ?? []
  const at = unit ? Date.now() - Number(amount) * (units[unit] ?? 0) : Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give a time like 2030-01-31, or like 24h or 7d.')
  return new Date(at).toISOString()
}

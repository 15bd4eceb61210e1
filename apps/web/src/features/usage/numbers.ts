const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** A number that may be large, like `1.2M`. */
export const short = (value: number): string => compact.format(value)

/** Amounts of each currency, like `1.20 USD, 3.00 EUR`; a dash for none. */
export const costText = (cost: Record<string, number>): string =>
  Object.entries(cost)
    .map(([currency, amount]) => `${amount.toFixed(2)} ${currency}`)
    .join(', ') || '–'

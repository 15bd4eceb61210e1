export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** The value below which `share` (0 to 1) of the sorted values lie. */
export const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

/** `median (least to most)`, with as many digits. */
export const spread = (values, digits = 2) =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`

export const milliseconds = (value) => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`

/** The nonce that the daemon gave this page: style elements without it are refused. Empty under Vite's own server. */
export const nonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

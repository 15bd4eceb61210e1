/** Names of what lies in the home, the temporary directory or the runtime directory of whoever set them. */
const places = /^(XDG_\w+_(HOME|DIR)|TMPDIR|TMP|TEMP|PWD|OLDPWD|SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS)$/

/** An environment as it fits inside: less what names places that are hidden there, and with the home that is its own. */
export function environmentInside(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const rest = Object.entries(env).filter(([name]) => !places.test(name))
  return { ...Object.fromEntries(rest), HOME: home }
}

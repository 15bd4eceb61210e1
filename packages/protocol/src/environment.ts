/** Variables that belong to the host, to git and to Yardmaster: with them one could run what one likes outside of a worktree. */
const refused = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|TMPDIR|IFS|ENV|CDPATH|EDITOR|VISUAL|PAGER)$/,
  /^(BASH|SHELLOPTS|PROMPT_COMMAND|PS4|ZDOTDIR)/,
  /^(LD|DYLD|MALLOC|GCONV|NLSPATH|LOCPATH|HOSTALIASES|RES_OPTIONS|RESOLV|LOCALDOMAIN|GETCONF)/,
  /^(NODE_OPTIONS|NODE_PATH|NODE_REPL|NODE_EXTRA_CA_CERTS|NODE_TLS|NODE_V8)/,
  /^(PYTHON|PERL|RUBY|JAVA_TOOL_OPTIONS|_JAVA|JDK_JAVA)/,
  /^(GIT|SSH|YARDMASTER|XDG|NPM_CONFIG)_/,
  /^(DATABASE_URL|DATABASE_OWNER_URL|REDIS_URL)$/,
]

/**
 * Whether no entry may be called so. Loaders and interpreters read some names before anything of ours does, also in
 * programs that start the agent and are not isolated as it is.
 */
export const isRefusedName = (name: string): boolean =>
  refused.some((pattern) => pattern.test(name.toUpperCase()))

/** Entries that one person may have. */
export const mostEntries = 50

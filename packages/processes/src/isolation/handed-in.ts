const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Hands variables to a program that is started inside, past whatever starts it: that runs outside, and an `LD_PRELOAD` or
 * `PATH` of somebody's choice would make it theirs. They travel in its environment under other names, since an argument
 * could be read by others, and a shell inside gives them their own.
 *
 * @param env of which the names are ones that a shell can set; others are left out
 */
export function handedIn(env: NodeJS.ProcessEnv): { env: Record<string, string>; command: string[] } {
  const lines = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && NAME.test(name) ? [`${name}=${value}`] : [],
  )
  const script = [
    'n=0; while [ $n -lt "$1" ]; do',
    'eval "line=\\$YARDMASTER_INSIDE_$n"; unset "YARDMASTER_INSIDE_$n"; export "$line"; n=$((n + 1)); done',
    'unset n line; shift; exec "$@"',
  ].join('\n')
  return {
    env: Object.fromEntries(lines.map((line, n) => [`YARDMASTER_INSIDE_${n}`, line])),
    command: ['/bin/sh', '-c', script, 'sh', String(lines.length)],
  }
}

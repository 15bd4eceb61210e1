import type { Mount } from './mounts.js'

/** A bubblewrap that starts a command inside; it dies with whoever started it, and all inside with it. */
export function bubblewrap(mounts: readonly Mount[], cwd: string, network: boolean): string[] {
  return [
    'bwrap',
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...mounts.flatMap(argumentsOf),
    ...['--unshare-pid', '--unshare-ipc', ...(network ? [] : ['--unshare-net']), '--die-with-parent'],
    ...['--chdir', cwd, '--'],
  ]
}

function argumentsOf(mount: Mount): string[] {
  switch (mount.kind) {
    case 'empty':
      return ['--perms', mount.mode, '--tmpfs', mount.at]
    case 'directory':
      return ['--perms', '0755', '--dir', mount.at]
    case 'read':
      return ['--ro-bind', mount.from, mount.at]
    case 'write':
      return ['--bind', mount.from, mount.at]
  }
}

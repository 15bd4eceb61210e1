import type { Mount } from './mounts.js'

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty']

/**
 * The same as bubblewrap does, by util-linux and a shell: for root, who may mount. The new root is put together on
 * `/sys`, where no source lies that it would cover, and the old one let go before anything of the command runs.
 */
export function unshare(mounts: readonly Mount[], cwd: string, network: boolean): string[] {
  const script = [
    'set -e',
    'PATH="$PATH:/usr/sbin:/sbin"',
    'mount --make-rprivate /',
    'mount --rbind / /sys',
    // Some special mounts refuse; whoever runs inside has no rights on those.
    `while read -r _ _ _ _ place _; do case "$place" in /sys|/sys/*)
       mount -o remount,bind,ro "$(printf '%b' "$place")" 2>/dev/null || :;; esac; done </proc/self/mountinfo`,
    'mount -t tmpfs -o mode=0755 tmpfs /sys/dev',
    ...devices.map((name) => `: >/sys/dev/${name}; mount --bind /dev/${name} /sys/dev/${name}`),
    'mkdir /sys/dev/pts; mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /sys/dev/pts',
    'mkdir /sys/dev/shm; mount -t tmpfs -o mode=1777 tmpfs /sys/dev/shm',
    'ln -s pts/ptmx /sys/dev/ptmx; ln -s /proc/self/fd /sys/dev/fd',
    'ln -s /proc/self/fd/0 /sys/dev/stdin; ln -s /proc/self/fd/1 /sys/dev/stdout; ln -s /proc/self/fd/2 /sys/dev/stderr',
    'mount -t proc proc /sys/proc',
    ...mounts.map(lineOf),
    'cd /sys; pivot_root . .; umount -l .',
    `cd ${quoted(cwd)}`,
    // This shell is process 1 and collects the dead. The descriptors are the command's alone, so that their end shows.
    'exec 3<&0; "$@" <&3 3<&- & exec </dev/null >/dev/null 2>&1 3<&-; wait $!',
  ]
  return [
    ...[
      'setpriv',
      '--pdeathsig',
      'KILL',
      'unshare',
      '--mount',
      '--pid',
      '--ipc',
      '--fork',
      '--kill-child=KILL',
    ],
    ...(network ? [] : ['--net']),
    ...['--', 'sh', '-c', script.join('\n'), 'sh'],
  ]
}

function lineOf(mount: Mount): string {
  const at = quoted(`/sys${mount.at}`)
  switch (mount.kind) {
    case 'empty':
      return `mkdir -p ${at}; mount -t tmpfs -o mode=${mount.mode} tmpfs ${at}`
    case 'directory':
      return `mkdir -m 0755 ${at}`
    case 'read':
      return `${bound(mount.from, at)}; mount -o remount,bind,ro ${at}`
    case 'write':
      return bound(mount.from, at)
  }
}

/** A mount point is made where there is none, of the kind that the source is. */
function bound(from: string, at: string): string {
  const source = quoted(from)
  return `if [ -d ${source} ]; then mkdir -p ${at}; else [ -e ${at} ] || : >${at}; fi; mount --bind ${source} ${at}`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

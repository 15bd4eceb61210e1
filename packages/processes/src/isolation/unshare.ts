import type { Mount } from './mounts.js'

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
const links = { fd: 'fd', stdin: 'fd/0', stdout: 'fd/1', stderr: 'fd/2' }
const copied = [...devices, ...Object.keys(links)].map((name) => `/dev/${name}`)

/**
 * The same as bubblewrap does, by util-linux and a shell: for root, who may mount. The new root is put together on
 * `/sys`, where no source lies that it would cover, and the old one let go before anything of the command runs.
 *
 * Every program that the script starts is time that each git call takes: one for each step doubled it, and a run on a
 * busy machine took minutes. So what can be done in one is.
 */
export function unshare(mounts: readonly Mount[], cwd: string, network: boolean): string[] {
  const script = [
    'set -e',
    'PATH="$PATH:/usr/sbin:/sbin"',
    'mount --make-rprivate /',
    'mount --rbind / /sys',
    // The old /sys has mounts of its own, which are none of ours: ours come from the last that stands there.
    'while read -r id _ _ _ place _; do [ "$place" != /sys ] || ours=$id; done </proc/self/mountinfo; ours=" $ours "',
    // Some special mounts refuse; whoever runs inside has no rights on those. What is covered anyway is left as it is.
    `while read -r id above _ _ place _; do
       case "$ours" in *" $id "*) ;; *" $above "*) ours="$ours$id ";; *) continue;; esac
       case "$place" in ${covered(mounts)}) continue;; *\\*) place=$(printf '%b' "$place");; esac
       mount -o remount,bind,ro "$place" 2>/dev/null || :; done </proc/self/mountinfo`,
    'mount -t tmpfs -o mode=0755 tmpfs /sys/dev; mkdir /sys/dev/pts /sys/dev/shm',
    // Where devices may not be made they are bound.
    `cp -a ${copied.join(' ')} /sys/dev/ 2>/dev/null || :`,
    `for name in ${devices.join(' ')}; do
       [ -c /sys/dev/$name ] || { : >/sys/dev/$name; mount --bind /dev/$name /sys/dev/$name; }; done`,
    ...Object.entries(links).map(
      ([name, to]) => `[ -L /sys/dev/${name} ] || ln -s /proc/self/${to} /sys/dev/${name}`,
    ),
    'mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /sys/dev/pts; ln -s pts/ptmx /sys/dev/ptmx',
    'mount -t tmpfs -o mode=1777 tmpfs /sys/dev/shm',
    'mount -t proc proc /sys/proc',
    ...linesOf(mounts),
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

/** What will not be seen, as patterns of a shell. */
function covered(mounts: readonly Mount[]): string {
  const hidden = mounts.flatMap(({ kind, at }) => (kind === 'empty' ? [`${quoted(`/sys${at}`)}/*`] : []))
  return ['/sys/dev', '/sys/dev/*', '/sys/proc', '/sys/proc/*', ...hidden].join('|')
}

function linesOf(mounts: readonly Mount[]): string[] {
  const lines: string[] = []
  let directories: string[] = []
  const make = () => {
    if (directories.length > 0) lines.push(`mkdir -m 0755 ${directories.join(' ')}`)
    directories = []
  }
  for (const mount of mounts) {
    const at = quoted(`/sys${mount.at}`)
    if (mount.kind === 'directory') directories.push(at)
    else {
      make()
      lines.push(lineOf(mount, at))
    }
  }
  make()
  return lines
}

function lineOf(mount: Exclude<Mount, { kind: 'directory' }>, at: string): string {
  if (mount.kind === 'empty')
    return `[ -d ${at} ] || mkdir -p ${at}; mount -t tmpfs -o mode=${mount.mode} tmpfs ${at}`
  // A mount point is made where there is none, of the kind that the source is.
  const source = quoted(mount.from)
  const options = mount.kind === 'read' ? 'bind,ro' : 'bind'
  return (
    `if [ -d ${source} ]; then [ -d ${at} ] || mkdir -p ${at}; else [ -e ${at} ] || : >${at}; fi; ` +
    `mount -o ${options} ${source} ${at}`
  )
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

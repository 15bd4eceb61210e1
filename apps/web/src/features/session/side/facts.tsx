import { Select, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type PermissionMode, permissionModes, type Session, type Task } from '@yardmaster/protocol'
import { useMayIn } from '../../../data/ability.js'
import { useById } from '../../../data/lists.js'
import { useClient, useMe } from '../../../data/signed-in.js'
import { Ago } from '../../../ui/time.js'
import { permissionModeWords } from '../../../ui/words.js'
import { PersonName } from '../../sessions/person-name.js'
import { Section } from './section.js'
import classes from './side.module.css'

/** Where it works, as whom, and how requests are answered. */
export function Facts({ session, tasks }: { session: Session; tasks: readonly Task[] }) {
  const client = useClient()
  const me = useMe()
  const worktree = useById('worktrees').get(session.worktree_id)
  const runtime = useById('runtimes').get(session.runtime_id)
  const mayI = useMayIn(session.worktree_id)
  const change = useMutation({
    mutationFn: (permission_mode: PermissionMode) =>
      client.service('sessions').patch(session.id, { permission_mode }),
  })
  const facts: [string, React.ReactNode][] = [
    ['Branch', worktree && `${worktree.branch} → ${worktree.target_branch}`],
    ['Directory', session.work_dir ?? worktree?.path],
    ['Runtime', runtime && `${runtime.name}${runtime.offline_since ? ' (out of touch)' : ''}`],
    ['Mode', session.mode],
    ['Model', session.model],
    ['Prompts', tasks.length],
    ['Begun', <Ago key="begun" at={session.created_at} />],
    ['By', <PersonName key="by" id={session.created_by} />],
  ]
  return (
    <Section title="Session">
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => value !== null && value !== undefined)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Select
        mt="sm"
        size="xs"
        label="When the agent wants leave"
        data={permissionModes.map((mode) => ({ value: mode, label: permissionModeWords[mode].title }))}
        value={session.permission_mode}
        disabled={!mayI('patch', 'sessions', { own: session.created_by === me.id }) || change.isPending}
        onChange={(mode) => mode && change.mutate(mode as PermissionMode)}
        allowDeselect={false}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {permissionModeWords[session.permission_mode].about}
      </Text>
    </Section>
  )
}

import { Select, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type PermissionMode, permissionModes, type Session, type Task } from '@yardmaster/protocol'
import { useMayIn } from '../../../data/ability.js'
import { useById } from '../../../data/lists.js'
import { useClient, useMe } from '../../../data/signed-in.js'
import { Ago } from '../../../ui/time.js'
import { permissionModeWords } from '../../../ui/words.js'
import { Choices } from '../../offered/choices.js'
import { type Chosen, choicesIn } from '../../offered/offered.js'
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
    mutationFn: (some: Chosen & { permission_mode?: PermissionMode }) =>
      client.service('sessions').patch(session.id, some),
  })
  const choices = choicesIn(session.offered)
  const mayChange = mayI('patch', 'sessions', { own: session.created_by === me.id })
  const facts: (readonly [string, React.ReactNode])[] = [
    ['Branch', worktree && `${worktree.branch} → ${worktree.target_branch}`],
    ['Directory', session.work_dir ?? worktree?.path],
    ['Runtime', runtime && `${runtime.name}${runtime.offline_since ? ' (out of touch)' : ''}`],
    ...(choices.some(({ of }) => of === 'mode') ? [] : [['Mode', session.mode] as const]),
    ...(choices.some(({ of }) => of === 'model') ? [] : [['Model', session.model] as const]),
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
        disabled={!mayChange || change.isPending}
        onChange={(mode) => mode && change.mutate({ permission_mode: mode as PermissionMode })}
        allowDeselect={false}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {permissionModeWords[session.permission_mode].about}
      </Text>
      {choices.length > 0 && (
        <Stack gap={6} mt="sm">
          <Choices
            size="xs"
            choices={choices}
            chosen={session}
            change={(some) => change.mutate(some)}
            disabled={!mayChange || change.isPending}
          />
          <Text size="xs" c="dimmed">
            Counts from the next prompt on.
          </Text>
        </Stack>
      )}
    </Section>
  )
}

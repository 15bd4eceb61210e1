import { Badge, Button, Group, Stack, Text, Tooltip } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { FormContent, PermissionRequest } from '@yardmaster/protocol'
import { useMayIn } from '../../data/ability.js'
import { useClient, useMe } from '../../data/signed-in.js'
import { Exact, ExactText } from '../../ui/exact-text.js'
import { noLeave } from '../../ui/words.js'
import { QuestionForm } from './question-form.js'
import classes from './requests.module.css'
import { whatIsAsked } from './what-is-asked.js'

interface RequestCardProps {
  request: PermissionRequest
  /** Of the session: one's own are answered at a lower level. */
  created_by: string | null
  /** In a list: without a heading of its own. */
  compact?: boolean
}

const looks: Record<string, { color: string; variant: string }> = {
  allow_once: { color: 'green', variant: 'filled' },
  allow_always: { color: 'green', variant: 'light' },
  reject_once: { color: 'red', variant: 'light' },
  reject_always: { color: 'red', variant: 'light' },
}

/** One request of an agent, exactly as it asks, with its answers. The first answer that arrives decides. */
export function RequestCard({ request, created_by, compact = false }: RequestCardProps) {
  const client = useClient()
  const me = useMe()
  const allowed = useMayIn(request.worktree_id)('patch', 'permission-requests', { own: created_by === me.id })
  const decide = useMutation({
    mutationFn: (answer: { option_id: string; content?: FormContent }) =>
      client.service('permission-requests').patch(request.id, answer),
  })
  const { title, kind, parts } = whatIsAsked(request)
  return (
    <section
      className={classes.card}
      data-compact={compact || undefined}
      aria-label="The agent asks for leave"
    >
      <Stack gap={8}>
        <Group gap={8} wrap="nowrap" align="start">
          <Text fw={600} className={classes.title} ff={kind === 'execute' ? 'monospace' : undefined}>
            <Exact text={title} />
          </Text>
          {kind && <Badge color="orange">{kind}</Badge>}
        </Group>
        {parts
          .filter(({ text }) => text !== title)
          .map(({ label, text }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and never move
            <div key={place}>
              <Text size="xs" c="dimmed">
                {label}
              </Text>
              <ExactText text={text} label={label} />
            </div>
          ))}
        {request.form ? (
          <QuestionForm request={request} disabled={!allowed || decide.isPending} answer={decide.mutate} />
        ) : (
          <Tooltip label={noLeave} disabled={allowed}>
            <Group gap={8}>
              {request.options.map(({ option_id, name, kind: means }) => (
                <Button
                  key={option_id}
                  {...(looks[means] ?? { variant: 'default' })}
                  disabled={!allowed || decide.isPending}
                  onClick={() => decide.mutate({ option_id })}
                >
                  {name}
                </Button>
              ))}
            </Group>
          </Tooltip>
        )}
      </Stack>
    </section>
  )
}

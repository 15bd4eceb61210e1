import { CloseButton, Table, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Allowance, Worktree } from '@yardmaster/protocol'
import { useMayIn } from '../../data/ability.js'
import { useList } from '../../data/lists.js'
import { useClient, useMe } from '../../data/signed-in.js'
import { Exact } from '../../ui/exact-text.js'
import { Ago } from '../../ui/time.js'
import { allowanceWords } from '../../ui/words.js'
import { PersonName } from '../sessions/person-name.js'
import { nameOf } from '../sessions/session-name.js'

/** What somebody answered "always" in the sessions here: agents do not ask that again until it is taken back. */
export function Allowances({ worktree: { id } }: { worktree: Worktree }) {
  const { data } = useList('allowances', { worktree_id: id, $sort: { id: -1 } })
  if (!data || data.data.length === 0) return null
  return (
    <section>
      <Title order={2} size="h3" mb={6}>
        Answered for good
      </Title>
      <Text size="sm" c="dimmed" mb={6}>
        Agents do not ask this again in that session, until it is taken back.
        {(data.total ?? 0) > data.data.length && ` The newest ${data.data.length} of ${data.total}.`}
      </Text>
      <Table>
        <Table.Tbody>
          {data.data.map((allowance) => (
            <Answered key={allowance.id} allowance={allowance} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

function Answered({ allowance }: { allowance: Allowance }) {
  const { id, session_id, worktree_id, title, kind, option_kind, created_by, created_at } = allowance
  const client = useClient()
  const me = useMe()
  const { data } = useList('sessions', { id: session_id, $total: false })
  const session = data?.data[0]
  const mayI = useMayIn(worktree_id)
  const remove = useMutation({
    mutationFn: () => client.service('allowances').remove(id),
    meta: { changes: ['allowances'] },
  })
  return (
    <Table.Tr>
      <Table.Td w={90}>{allowanceWords[option_kind]}</Table.Td>
      <Table.Td>
        <Text size="sm">
          <Exact text={title || kind} />
        </Text>
        <Text size="xs" c="dimmed">
          <PersonName id={created_by} />, <Ago at={created_at} />, in{' '}
          <Link to="/sessions/$id" params={{ id: session_id }}>
            {session ? nameOf(session) : 'a session'}
          </Link>
        </Text>
      </Table.Td>
      <Table.Td w={48}>
        <CloseButton
          aria-label={`Take back ${title || kind}`}
          disabled={!mayI('remove', 'allowances', { own: session?.created_by === me.id }) || remove.isPending}
          onClick={() => remove.mutate()}
        />
      </Table.Td>
    </Table.Tr>
  )
}

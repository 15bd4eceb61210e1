import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Family, Session } from '@yardmaster/protocol'
import { useClient } from '../../../data/signed-in.js'
import { statusWords } from '../../../ui/words.js'
import { nameOf } from '../../sessions/session-name.js'
import { Section } from './section.js'
import classes from './side.module.css'

const kinds = { root: '', fork: 'fork: ', spawn: 'spawned: ' } as const

/** The sessions that this one comes from and that came from it; nothing where it stands alone. */
export function FamilyTree({ session }: { session: Session }) {
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['sessions', 'family', session.id],
    queryFn: () => client.service('sessions').family({ id: session.id }),
  })
  if (!data || data.children.length === 0) return null
  return (
    <Section title="Family">
      <ul className={classes.family}>
        <Member member={data} here={session.id} />
      </ul>
    </Section>
  )
}

function Member({ member, here }: { member: Family; here: string }) {
  return (
    <li>
      <Text size="xs" fw={member.id === here ? 600 : 400}>
        {kinds[member.kind]}
        {member.id === here ? (
          nameOf(member)
        ) : (
          <Link to="/sessions/$id" params={{ id: member.id }}>
            {nameOf(member)}
          </Link>
        )}{' '}
        <Text span c="dimmed">
          {statusWords[member.status]}
        </Text>
      </Text>
      {member.children.length > 0 && (
        <ul className={classes.family}>
          {member.children.map((child) => (
            <Member key={child.id} member={child} here={here} />
          ))}
        </ul>
      )}
    </li>
  )
}

import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Family, Session } from '@yardmaster/protocol'
import { useEffect, useMemo, useRef } from 'react'
import { useClient } from '../../../data/signed-in.js'
import { kinWords, statusWords } from '../../../ui/words.js'
import { nameOf } from '../../sessions/session-name.js'
import classes from './family.module.css'
import { edgePath, familySizes, layOut, type Placed } from './family-layout.js'
import { Section } from './section.js'

/** The sessions that this one comes from and that came from it; nothing where it stands alone. */
export function FamilyGraph({ session }: { session: Session }) {
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['sessions', 'family', session.id],
    queryFn: () => client.service('sessions').family({ id: session.id }),
  })
  if (!data || data.children.length === 0) return null
  return (
    <Section title="Family">
      <Picture family={data} here={session.id} />
    </Section>
  )
}

/**
 * To whoever does not see it, links that say what each session came from and how. What does not fit scrolls in its box,
 * which opens at this session.
 */
function Picture({ family, here }: { family: Family; here: string }) {
  const { nodes, width, height } = useMemo(() => layOut(family), [family])
  const box = useRef<HTMLElement>(null)
  const own = nodes.find(({ member }) => member.id === here)
  const [left, top] = [own?.x ?? 0, own?.y ?? 0]
  useEffect(() => {
    const { width, across, height, between } = familySizes
    // With the one that it came from, and the row above.
    box.current?.scrollTo(Math.max(0, left - width - across), Math.max(0, top - height - between))
  }, [left, top])
  const kinds = (['spawn', 'fork'] as const).filter((kind) =>
    nodes.some(({ member }) => member.kind === kind),
  )
  return (
    <>
      <nav ref={box} className={classes.box} aria-label="Family">
        <svg
          role="presentation"
          width={width + 4}
          height={height + 4}
          viewBox={`-2 -2 ${width + 4} ${height + 4}`}
        >
          {nodes.map((node) =>
            node.parent ? (
              <path
                key={node.member.id}
                className={classes.edge}
                data-kind={node.member.kind}
                d={edgePath(node.parent, node)}
                aria-hidden
              />
            ) : null,
          )}
          {nodes.map((node) => (
            <Node key={node.member.id} node={node} here={node.member.id === here} />
          ))}
        </svg>
      </nav>
      <Group gap="md" mt={4} aria-hidden>
        {kinds.map((kind) => (
          <Group key={kind} gap={6}>
            <svg width={24} height={8} aria-hidden>
              <path className={classes.edge} data-kind={kind} d="M0 4H24" />
            </svg>
            <Text size="xs" c="dimmed">
              {kinWords[kind]}
            </Text>
          </Group>
        ))}
      </Group>
    </>
  )
}

function Node({ node: { member, parent, x, y }, here }: { node: Placed; here: boolean }) {
  const name = nameOf(member)
  const status = statusWords[member.status]
  const from =
    parent && member.kind !== 'root' ? `, ${kinWords[member.kind]} from ${nameOf(parent.member)}` : ''
  return (
    <Link
      to="/sessions/$id"
      params={{ id: member.id }}
      className={classes.node}
      aria-label={`${name} ${status}${from}`}
      aria-current={here ? 'page' : undefined}
    >
      <title>{name}</title>
      <foreignObject x={x} y={y} width={familySizes.width} height={familySizes.height}>
        <div className={classes.words}>
          <span className={classes.name}>{name}</span> <span className={classes.status}>{status}</span>
        </div>
      </foreignObject>
      <rect x={x} y={y} width={familySizes.width} height={familySizes.height} rx={6} />
    </Link>
  )
}

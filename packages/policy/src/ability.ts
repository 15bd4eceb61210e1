import { AbilityBuilder, createMongoAbility, type MongoAbility, subject } from '@casl/ability'
import { levels, type PrincipalKind, type Role, rank } from '@yardmaster/protocol'
import type { Need, Tie } from './rule.js'
import { policies } from './table.js'

/** What is known of a row and its caller when a call is decided. Levels are ranks, so that CASL can compare them. */
export interface Facts {
  /** Rank of the caller's level on the row's worktree or repo. */
  rank: number
  /** The row's session was created by the caller. */
  own: boolean
  /** The row is the calling user. */
  self: boolean
  its_task: boolean
  its_session: boolean
  its_runs: boolean
  itself: boolean
}

export type Ability = MongoAbility

type Conditions = Record<string, unknown>

/** What a need asks of the facts, as CASL conditions: any of them is enough. */
function conditions(need: Need): Conditions[] {
  if (need === 'admin' || need === 'anyone') return [{}]
  if (need === 'self') return [{ self: true }]
  if (typeof need === 'string') return [{ rank: { $gte: rank(need) } }]
  return [{ own: true, rank: { $gte: rank(need.own) } }, { rank: { $gte: rank(need.others) } }]
}

const tied: Record<Tie, Conditions> = {
  'its-task': { its_task: true },
  'its-session': { its_session: true },
  'its-runs': { its_runs: true },
  itself: { itself: true },
}

function build(kind: PrincipalKind, role: Role | null): Ability {
  const { can, build } = new AbilityBuilder<MongoAbility>(createMongoAbility)
  for (const { resource, methods } of policies) {
    for (const [method, policy] of Object.entries(methods)) {
      if (kind === 'user') {
        for (const rule of policy.user ?? []) {
          if (rule.need === 'admin' && role !== 'admin') continue
          for (const condition of conditions(rule.need))
            if (rule.fields) can(method, resource, [...rule.fields], condition)
            else can(method, resource, condition)
        }
      }
      const tie = kind === 'executor' ? policy.executor : kind === 'runtime' ? policy.runtime : undefined
      if (tie) can(method, resource, tied[tie])
    }
  }
  return build()
}

const built = new Map<string, Ability>()

/**
 * What a kind of principal may do, as a CASL ability over {@link Facts}. Built once per kind and role.
 *
 * @param role of a user, as the database has it now; null for machines
 */
export function abilityFor(kind: PrincipalKind, role: Role | null): Ability {
  const key = `${kind} ${role}`
  const known = built.get(key)
  if (known) return known
  const ability = build(kind, role)
  built.set(key, ability)
  return ability
}

/** Whether the call is allowed on a row with these facts; `field` narrows it to one field. */
export const may = (
  ability: Ability,
  method: string,
  resource: string,
  facts: Facts,
  field?: string,
): boolean =>
  // subject() marks the object it is given, so it gets one of its own.
  ability.can(method, subject(resource, { ...facts }), field)

export const noFacts: Facts = {
  rank: levels.indexOf('none'),
  own: false,
  self: false,
  its_task: false,
  its_session: false,
  its_runs: false,
  itself: false,
}

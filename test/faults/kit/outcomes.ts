/** What a kill leaves of a task: how it ends, at which attempt, and how often its command was run. */
export interface Outcome {
  ends: string
  attempt: number
  ran: number
}

export const kills = ['executor', 'daemon', 'Postgres', 'all three'] as const
export type Kill = (typeof kills)[number]

export const moments = {
  'claim not answered': 'the task is claimed, and the runtime has not heard of it yet',
  claimed: 'the executor runs, its agent does not speak yet',
  started: 'the start is stored and not answered yet: the agent has no prompt yet',
  'message not answered': 'the first message is stored, the executor does not know, and the command runs',
  streaming: 'the command runs and its output grows',
  'waiting for permission': 'a person is asked',
  'ending not sent': 'the ending lies in the spool and has not reached the daemon',
  'ending not answered': 'the ending is stored, and the executor does not know',
  stopping: 'a stop was asked for, and the executor has not carried it out',
} as const
export type Moment = keyof typeof moments

const completed: Outcome = { ends: 'completed', attempt: 1, ran: 1 }
const again: Outcome = { ends: 'completed', attempt: 2, ran: 1 }
const stopped: Outcome = { ends: 'stopped', attempt: 1, ran: 1 }
const died: Outcome = { ends: 'failed (executor_died)', attempt: 1, ran: 1 }
const diedBefore: Outcome = { ends: 'failed (executor_died)', attempt: 1, ran: 0 }

/** What a kill -9 at a moment costs; null where there is nothing yet to kill. */
export const outcomes: Record<Moment, Record<Kill, Outcome | null>> = {
  'claim not answered': { executor: null, daemon: again, Postgres: completed, 'all three': again },
  claimed: { executor: again, daemon: completed, Postgres: completed, 'all three': again },
  started: { executor: diedBefore, daemon: completed, Postgres: completed, 'all three': diedBefore },
  'message not answered': { executor: died, daemon: completed, Postgres: completed, 'all three': died },
  streaming: { executor: died, daemon: completed, Postgres: completed, 'all three': died },
  'waiting for permission': {
    executor: diedBefore,
    daemon: completed,
    Postgres: completed,
    'all three': diedBefore,
  },
  'ending not sent': { executor: completed, daemon: completed, Postgres: completed, 'all three': completed },
  'ending not answered': {
    executor: completed,
    daemon: completed,
    Postgres: completed,
    'all three': completed,
  },
  stopping: { executor: stopped, daemon: stopped, Postgres: stopped, 'all three': stopped },
}

/** The moments that every run of these tests goes through; with TEST_SCALE=full it is all of them. */
const reduced: Record<Kill, Moment[]> = {
  executor: ['claimed', 'streaming', 'ending not sent', 'stopping'],
  daemon: ['claim not answered', 'message not answered', 'streaming', 'ending not answered'],
  Postgres: ['started', 'waiting for permission'],
  'all three': ['ending not sent'],
}

/** The moments at which a kill is tried in this run. */
export const momentsOf = (kill: Kill): Moment[] =>
  (Object.keys(moments) as Moment[]).filter(
    (moment) =>
      outcomes[moment][kill] && (process.env.TEST_SCALE === 'full' || reduced[kill].includes(moment)),
  )

/** As a reader sees it. */
export function inWords(outcome: Outcome | null): string {
  if (!outcome) return '–'
  const { ends, attempt, ran } = outcome
  return [ends, ...(attempt > 1 ? [`attempt ${attempt}`] : []), ran === 0 ? 'not run' : `run ${ran}×`].join(
    ', ',
  )
}

/** The table of kill × moment, in Markdown. */
export function table(cell: (moment: Moment, kill: Kill) => string): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['moment', ...kills]),
    line(['---', ...kills.map(() => '---')]),
    ...(Object.keys(moments) as Moment[]).map((moment) =>
      line([moment, ...kills.map((kill) => cell(moment, kill))]),
    ),
  ].join('\n')
}

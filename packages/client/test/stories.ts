import { type Client, connectRest } from '@yardmaster/client'
import type { Message } from '@yardmaster/protocol'
import fc from 'fast-check'
import { finish, type TestRun } from '../../../apps/daemon/test/helpers/runs.js'
import type { TestDaemon } from '../../../test/daemon.js'

export const acts = [
  'say',
  'begin',
  'grow',
  'flush',
  'end',
  'call',
  'work',
  'turn',
  'edit',
  'remove',
  'rename',
  'prompt',
  'unqueue',
  'ask',
  'decide',
] as const
type Act = (typeof acts)[number]
export interface Step {
  act: Act
  which: number
}

const often: Partial<Record<Act, number>> = { begin: 3, grow: 8, flush: 2, end: 2, say: 2, work: 3 }
const weighted = acts.flatMap((act) => Array<Act>(often[act] ?? 1).fill(act))
export const story = fc.array(fc.record({ act: fc.constantFrom(...weighted), which: fc.nat(99) }), {
  minLength: 5,
  maxLength: 25,
})

/** Does to a session what its executor and its people do, call by call, straight to the daemon. */
export class Teller {
  readonly #agent: Client
  readonly #people: Client
  readonly #growing: { id: string; text: string }[] = []
  readonly #working: string[] = []
  readonly #said: string[] = []
  readonly #queued: string[] = []
  readonly #asked: string[] = []
  #count = 0

  constructor(
    private readonly yard: TestDaemon,
    private readonly run: TestRun,
  ) {
    this.#agent = connectRest(yard.url, run.token)
    this.#people = yard.admin.rest
  }

  /** Ends what is in the making, and the run. */
  async end(): Promise<void> {
    while (this.#growing.length) await this.#do.end(0)
    for (const id of this.#working.splice(0)) await this.#messages.patch(id, { status: 'final' })
    await finish(this.yard, this.run)
  }

  tell({ act, which }: Step): Promise<unknown> {
    return this.#do[act](which)
  }

  readonly #do: Record<Act, (which: number) => Promise<unknown>> = {
    say: async () => this.#said.push((await this.#message('said', 'final')).id),
    begin: async () => {
      const text = `begun ${this.#count}`
      this.#growing.push({ id: (await this.#message(text, 'streaming')).id, text })
    },
    grow: async (which) => {
      const one = pick(this.#growing, which)
      if (!one) return
      const text = ` and ${this.#count++} 🙂`
      await this.#messages.chunk({ id: one.id, block: 0, offset: one.text.length, text })
      one.text += text
    },
    flush: async (which) => {
      const one = pick(this.#growing, which)
      if (one) await this.#write(one.id, one.text, 'streaming')
    },
    end: async (which) => {
      const one = pick(this.#growing, which)
      if (!one) return
      this.#growing.splice(this.#growing.indexOf(one), 1)
      await this.#write(one.id, `${one.text}, at last`, 'final')
      this.#said.push(one.id)
    },
    call: async () => {
      const call = { type: 'tool_call', role: 'agent', status: 'streaming', content: this.#output() }
      const named = { session_id: this.run.session_id, client_id: `called ${this.#count++}` }
      this.#working.push((await this.#messages.create({ ...named, ...call })).id)
    },
    work: async (which) => {
      const id = pick(this.#working, which)
      if (id) await this.#messages.patch(id, { content: this.#output(), status: 'streaming' })
    },
    turn: async (which) => {
      const id = pick(this.#working, which)
      if (id) await this.#messages.patch(id, { content: this.#output() })
    },
    edit: async (which) => {
      const id = pick(this.#said, which)
      const content = [{ type: 'text', text: `edited ${this.#count++}` }]
      if (id) await this.#people.service('messages').patch(id, { content })
    },
    remove: async (which) => {
      const id = pick(this.#said, which)
      if (!id) return
      this.#said.splice(this.#said.indexOf(id), 1)
      await this.#people.service('messages').remove(id)
    },
    rename: () => this.rename(),
    prompt: async () => {
      const { id } = await this.#people
        .service('sessions')
        .prompt({ id: this.run.session_id, prompt: `prompt ${this.#count++}` })
      this.#queued.push(id)
    },
    unqueue: async () => {
      const id = this.#queued.pop()
      if (id) await this.#people.service('tasks').remove(id)
    },
    ask: async () => this.#asked.push(await this.#ask()),
    decide: async () => {
      const id = this.#asked.shift()
      if (id)
        await this.#people
          .service('permission-requests')
          .patch(id, { option_id: 'accept', content: { name: `answer ${this.#count++}` } })
    },
  }

  async #ask(): Promise<string> {
    const { id } = await this.#agent.service('permission-requests').create({
      session_id: this.run.session_id,
      client_id: `asked ${this.#count++}`,
      form: { message: 'Which name?', schema: { type: 'object', properties: { name: { type: 'string' } } } },
    })
    return id
  }

  rename(): Promise<unknown> {
    return this.#people.service('sessions').patch(this.run.session_id, { title: `title ${this.#count++}` })
  }

  #output() {
    return [{ type: 'tool_call', tool_call_id: 'a call', title: `output ${this.#count++}` }]
  }

  get #messages() {
    return this.#agent.service('messages')
  }

  #message(text: string, status: Message['status']): Promise<Message> {
    return this.#messages.create({
      session_id: this.run.session_id,
      client_id: `told ${this.#count++}`,
      type: 'text',
      role: 'agent',
      status,
      content: [{ type: 'text', text }],
    })
  }

  #write(id: string, text: string, status: Message['status']): Promise<Message> {
    return this.#messages.patch(id, { status, content: [{ type: 'text', text }] })
  }
}

const pick = <T>(from: T[], which: number): T | undefined => from[which % from.length]

import { type ClientContext, methods, RequestError } from '@agentclientprotocol/sdk'
import type { ExecutorOrder } from '@yardmaster/protocol'
import { Failure } from '../failure.js'
import type { Loose } from '../transcript/blocks.js'
import type { Choice, Offers } from './offers.js'

type Value = string | boolean | number

/**
 * Sets what was chosen for the session: the model first, since it may change what else there is, then the mode and the
 * other config options.
 *
 * @throws Failure option_refused, naming the option and what is on offer
 */
export async function applyChoices(
  agent: ClientContext,
  sessionId: string,
  { model, mode, config }: ExecutorOrder['session'],
  offers: Offers,
): Promise<void> {
  const setOption = async (configId: string, name: string, value: Value) => {
    const params = {
      sessionId,
      configId,
      ...(typeof value === 'boolean' ? { type: 'boolean', value } : { value }),
    }
    await set(name, offers.option(configId), value, async () => {
      offers.session((await agent.request<Loose>(methods.agent.session.setConfigOption, params)) ?? {})
    })
  }

  if (model !== null) {
    const option = offers.optionOf('model')
    if (option !== null) await setOption(option, 'model', model)
    else
      await set('model', offers.models, model, async () => {
        // Gone from ACP since config options came, and still the only way of older harnesses.
        await agent.request('session/set_model', { sessionId, modelId: model })
        offers.model(model)
      })
  }
  if (mode !== null) {
    const option = offers.optionOf('mode')
    if (option !== null) await setOption(option, 'mode', mode)
    else
      await set('mode', offers.modes, mode, async () => {
        await agent.request(methods.agent.session.setMode, { sessionId, modeId: mode })
        offers.mode(mode)
      })
  }
  for (const [id, value] of Object.entries(config)) {
    if (!offers.option(id)) throw new Failure('option_refused', unknownOption(id, offers.optionIds))
    await setOption(id, id, value)
  }
}

async function set(
  name: string,
  choice: Choice | null,
  value: Value,
  call: () => Promise<void>,
): Promise<void> {
  if (!choice) throw new Failure('option_refused', `The agent lets no ${name} be chosen; leave it empty.`)
  if (choice.current === value) return
  if (!choice.values.includes(value)) {
    const offered = choice.values.slice(0, 50).join(', ')
    throw new Failure(
      'option_refused',
      `The agent has no ${name} "${value}"; it offers: ${offered || 'none'}.`,
    )
  }
  try {
    await call()
  } catch (error) {
    // Only an answer is a refusal; a connection that broke is told by whoever saw it break.
    if (!(error instanceof RequestError)) throw error
    throw new Failure('option_refused', `The agent refused the ${name} "${value}": ${error.message}`)
  }
}

const unknownOption = (id: string, offered: string[]) =>
  `The agent has no option "${id}"; it offers: ${offered.join(', ') || 'none'}.`

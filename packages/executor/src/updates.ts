import type { Offers } from './acp/offers.js'
import type { Reporter } from './daemon/reporter.js'
import { isObject, type Loose } from './transcript/blocks.js'
import type { Transcript } from './transcript/transcript.js'
import { contextUsage, type TaskUsage } from './usage.js'

/** Where each `session/update` goes: the conversation into the transcript, the session's state into reports. */
export class Updates {
  /** While a harness tells an old conversation again, only the session's state is news. */
  replaying = false
  /** The latest of what the harness told of tokens and cost. */
  usage: TaskUsage = {}

  constructor(
    private readonly transcript: Transcript,
    private readonly offers: Offers,
    private readonly reporter: Reporter,
  ) {}

  /** @param params of the notification, as they came */
  take(params: Loose): void {
    const update = isObject(params.update) ? params.update : params
    if (this.#isState(update)) return
    if (this.replaying) return
    if (update.sessionUpdate === 'plan') this.reporter.tell({ plan: update.entries ?? null })
    this.transcript.add(update, params.sessionId)
  }

  /** Tells what is offered now. */
  reportOffers(): void {
    this.reporter.tell({ offered: this.offers.report() })
  }

  #isState(update: Loose): boolean {
    switch (update.sessionUpdate) {
      case 'available_commands_update':
        this.reporter.tell({ commands: update.availableCommands ?? null })
        return true
      case 'current_mode_update':
        this.offers.mode(update.currentModeId)
        this.reportOffers()
        return true
      case 'config_option_update':
        this.offers.session({ configOptions: update.configOptions })
        this.reportOffers()
        return true
      case 'session_info_update':
        this.offers.title(update.title)
        this.reportOffers()
        return true
      case 'usage_update':
        this.usage = { ...this.usage, ...contextUsage(update) }
        this.reporter.tell({ usage: this.usage })
        return true
      default:
        return false
    }
  }
}

import { type Isolation, probeIsolation } from '@yardmaster/processes'
import type { Settings } from '@yardmaster/protocol'
import type { Log } from '../yard.js'
import { StartFailure } from './failure.js'
import type { Progress } from './progress.js'

/**
 * How agents will be kept from this host, found by trying. That they are not is said at every start.
 *
 * @throws StartFailure when the one that is set does not work
 */
export async function findIsolation(settings: Settings, progress: Progress, log: Log): Promise<Isolation> {
  const wanted = settings.isolation === 'auto' ? undefined : settings.isolation
  const { isolation, problems } = await progress.step(
    'Isolation',
    () => probeIsolation(settings.home, wanted),
    (found) => `of agents: ${found.isolation.mode}`,
  )
  if (wanted && isolation.mode !== wanted)
    throw new StartFailure(
      `${problems.join('. ')}. YARDMASTER_ISOLATION asks for it: mend that, or set auto.`,
    )
  if (isolation.mode === 'none') {
    if (problems.length > 0) log.warn(`${problems.join('. ')}.`)
    progress.say(
      'Agents are not isolated: whoever may prompt here acts as the OS user that the daemon runs as. ' +
        (wanted
          ? 'YARDMASTER_ISOLATION=auto shuts them in where this host can.'
          : 'Install bubblewrap (`apt-get install bubblewrap`).'),
    )
  }
  return isolation
}

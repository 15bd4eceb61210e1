import { constants } from 'node:fs'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const program = resolve(__dirname, '../../.agents/node_modules/.bin/opencode')

/**
 * Has a daemon's home drive OpenCode, with one model provider at `endpoint` and everything that OpenCode keeps inside
 * the daemon's home: where it is shut in that is so by itself, and what names the place is left out. It asks before it
 * runs commands or edits files, and talks to nobody but the endpoint.
 */
export async function prepareOpenCode(home: string, endpoint: string): Promise<void> {
  await access(program, constants.X_OK).catch(() => {
    throw new Error('OpenCode is not installed: `node scripts/install-agents.mjs` does it')
  })
  const place = join(home, 'harness', 'opencode')
  await mkdir(place, { recursive: true })
  const file = join(home, 'opencode.json')
  const limit = { context: 100_000, output: 4_096 }
  const config = {
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: endpoint, apiKey: 'no key is needed' },
        models: { first: { limit }, second: { limit } },
      },
    },
    enabled_providers: ['scripted'],
    model: 'scripted/first',
    small_model: 'scripted/first',
    permission: { bash: 'ask', edit: 'ask' },
  }
  await writeFile(file, JSON.stringify(config))
  const env = {
    HOME: place,
    XDG_CONFIG_HOME: join(place, 'config'),
    XDG_DATA_HOME: join(place, 'data'),
    XDG_CACHE_HOME: join(place, 'cache'),
    XDG_STATE_HOME: join(place, 'state'),
    OPENCODE_CONFIG: file,
    OPENCODE_DISABLE_AUTOUPDATE: 'true',
    OPENCODE_DISABLE_MODELS_FETCH: 'true',
    OPENCODE_DISABLE_LSP_DOWNLOAD: 'true',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: 'true',
    // It installs the types for plugins into its configuration on the side; no switch but npm's own stops that.
    npm_config_offline: 'true',
  }
  await writeFile(
    join(home, 'harnesses.json'),
    JSON.stringify({ opencode: { command: program, env, read: [file] } }),
  )
}

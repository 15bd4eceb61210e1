import type { Config } from 'jest'
import usual from './jest.config'

// Apart from the usual tests, since these need agents that `scripts/install-agents.mjs` installs. Minutes are
// for a busy machine: the agent alone takes seconds to start, and starts for each prompt.
const config: Config = {
  ...usual,
  testMatch: ['<rootDir>/test/agents/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
}

export default config

import type { Config } from 'jest'
import usual from './jest.config'

// Apart from the usual tests, since these need agents that `scripts/install-agents.mjs` installs. A minute and more is
// for a busy machine: the agent alone takes seconds to start.
const config: Config = {
  ...usual,
  testMatch: ['<rootDir>/test/agents/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
}

export default config

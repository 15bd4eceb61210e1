import type { Config } from 'jest'
import usual from './jest.config'

// Apart from the usual tests: these want bubblewrap, and root, who can do both kinds of isolation.
const config: Config = {
  ...usual,
  testMatch: ['<rootDir>/test/isolation/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
}

export default config

import type { Config } from 'jest'
import usual from './jest.config'

// Apart from the usual tests: these run the built daemon as processes and kill them. Two at a time, each with a daemon,
// a Postgres and an executor at work.
const config: Config = {
  ...usual,
  testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/faults/kit/set-up.ts',
  globalTeardown: '<rootDir>/test/faults/kit/tear-down.ts',
  maxWorkers: 2,
}

export default config

import type { Config } from 'jest'
import usual from './jest.config'

// Apart from the usual tests: these need a redis-server, and run built daemons as processes and kill them.
const config: Config = {
  ...usual,
  testMatch: ['<rootDir>/test/siblings/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
}

export default config

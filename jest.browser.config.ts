import type { Config } from 'jest'
import usual from './jest.config'

// Apart from the usual tests: these drive a browser, against the web app as it was built.
const config: Config = {
  ...usual,
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
}

export default config

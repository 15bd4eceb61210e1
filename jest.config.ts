import type { Config } from 'jest'

// Tests run the sources themselves: workspace names point at src, and swc turns each file into
// CommonJS, so that one runner serves the ESM and the CommonJS packages alike.
const config: Config = {
  testMatch: ['<rootDir>/{packages,apps}/*/test/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/test/agents/',
    '/test/browser/',
    '/test/faults/',
    '/test/isolation/',
    '/test/siblings/',
  ],
  modulePathIgnorePatterns: ['/dist/', '/.types/'],
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@agentclientprotocol/)'],
  moduleNameMapper: {
    '^@yardmaster/(daemon|cli)$': '<rootDir>/apps/$1/src/index.ts',
    '^@yardmaster/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // Real processes on a busy machine: a limit for what hangs, not for what is slow.
  testTimeout: 120_000,
  // Tests wait for processes more than they compute.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
}

export default config

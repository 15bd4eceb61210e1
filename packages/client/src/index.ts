export * from './connect.js'
export * from './failures.js'
export * from './services.js'

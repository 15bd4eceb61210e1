export * from './ability.js'
export * from './rule.js'
export * from './table.js'

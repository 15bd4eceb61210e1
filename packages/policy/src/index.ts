export * from './ability.js'
export * from './level.js'
export * from './rule.js'
export * from './table.js'

import { join } from 'node:path'

export { gone, pidsIn, start, until } from '../../../processes/test/support/processes.js'

export const fixture = (name: string): string => join(__dirname, '..', 'fixtures', name)

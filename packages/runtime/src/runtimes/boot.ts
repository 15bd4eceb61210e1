import { YardmasterError } from '@yardmaster/protocol'

/** The call of a process whose place another one has taken. */
export const replaced = (): YardmasterError =>
  new YardmasterError('FENCED', 'Another process took the place of this runtime; end this one.')

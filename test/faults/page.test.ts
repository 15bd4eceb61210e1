import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inWords, moments, outcomes, table } from './kit/outcomes'

const page = readFileSync(join(__dirname, '..', '..', 'context', 'tasks.md'), 'utf8')

describe('context/tasks.md', () => {
  it('has the table of what a kill costs, as these tests hold it', () => {
    expect(page).toContain(`\n\n${table((moment, kill) => inWords(outcomes[moment][kill]))}\n\n`)
  })

  it('says what each moment is', () => {
    for (const [moment, what] of Object.entries(moments)) expect(page).toContain(`- _${moment}_: ${what}.`)
  })
})

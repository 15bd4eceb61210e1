// What the pictures show: a small shop, and agents at work in it. Everything is really done, by the bundled agent.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const files = {
  'src/cart.js': `/** What a cart costs, in euros. */
export function total(lines) {
  let sum = 0
  for (const { price, count } of lines) sum += price * count
  return sum
}
`,
  'src/search.js': `import { readFileSync } from 'node:fs'

/** Products whose name has the word in it. */
export const search = (word) =>
  JSON.parse(readFileSync('products.json', 'utf8')).filter(({ name }) => name.includes(word))
`,
  'test/cart.test.js': `import assert from 'node:assert'
import test from 'node:test'
import { total } from '../src/cart.js'

test('cents add up', () => assert.equal(total([{ price: 0.1, count: 3 }]), 0.3))
`,
  'package.json': '{ "name": "shop", "type": "module", "scripts": { "test": "node --test" } }\n',
}

// In one line: a line is a command.
const mend = [
  's/let sum = 0/let cents = 0/',
  's/sum += price/cents += Math.round(price * 100)/',
  's/return sum/return cents \\/ 100/',
].join('; ')

/**
 * @param rest the admin's calls
 * @param {string} place a directory of its own
 */
export async function tellStory(rest, place) {
  const repo = await rest.service('repos').create({ name: 'shop', path: makeShop(place) })
  const begin = async (name, title, prompt, more = {}) => {
    const worktree = await rest.service('worktrees').create({ repo_id: repo.id, name })
    const session = await rest
      .service('sessions')
      .create({ worktree_id: worktree.id, harness: 'shell', title, permission_mode: 'auto', ...more })
    const task = await rest.service('sessions').prompt({ id: session.id, prompt })
    return { worktree, session, task }
  }
  const is = async ({ task }, ...statuses) => {
    while (!statuses.includes((await rest.service('tasks').get(task.id)).status)) await setTimeout(100)
  }

  const fix = await begin(
    'fix-cart',
    'The cart is off by a cent',
    `A cart of three things at 0.10 costs 0.30000000000000004. Count in cents, and see that the test passes.
$ npm test 2>&1 | grep -E '^# (pass|fail)'
$ sed -i '${mend}' src/cart.js
$ git diff --color src
$ npm test 2>&1 | grep -E '^# (pass|fail)'`,
  )
  await is(fix, 'completed')
  // So that there is a family to see.
  const spawn = (id, title, prompt) =>
    rest.service('sessions').spawn({ id, title, prompt, notify_parent: false })
  await spawn(fix.session.id, 'Review the cart', 'Is there a case that rounding gets wrong?')
  await spawn(fix.session.id, 'Test large carts', '$ npm test 2>&1 | tail -1')
  const fork = await rest.service('sessions').fork({ id: fix.session.id, worktree: 'same' })
  await rest.service('sessions').patch(fork.id, { title: 'Round half to even' })
  const docs = await begin('describe-search', 'Say how the search works', '$ echo "# Search" > SEARCH.md')
  await is(docs, 'completed')
  const index = await begin(
    'faster-search',
    'Search reads the whole catalogue each time',
    '$ echo building the index; sleep 1000',
  )
  await is(index, 'running')
  await rest.service('sessions').prompt({ id: index.session.id, prompt: '$ npm test' })
  const clean = await begin(
    'remove-old-prices',
    'Remove the prices of last year',
    'They are of no use any more.\n$ rm -r prices/2024 && git add -A',
    { permission_mode: 'relay' },
  )
  await is(clean, 'awaiting_permission')
  const user = await rest.service('users').create({
    email: 'reviews@example.com',
    name: 'Code reviews',
    password: 'only for the pictures',
    role: 'member',
  })
  await rest.service('grants').create({ worktree_id: fix.worktree.id, user_id: user.id, level: 'prompt' })
  const team = await rest.service('teams').create({ name: 'Backend' })
  await rest.service('team-members').create({ team_id: team.id, user_id: user.id })
  await rest.service('grants').create({ repo_id: repo.id, team_id: team.id, level: 'session' })
  await rest.service('api-tokens').create({ name: 'nightly', scopes: ['work'] })

  return {
    done: fix.session,
    asking: clean.session,
    worktree: fix.worktree,
    /** Stops what runs, so that nothing is left behind. */
    async end() {
      for (const one of [index, clean]) {
        await rest.service('sessions').stop({ id: one.session.id, task_id: one.task.id })
        await is(one, 'stopped')
      }
    },
  }
}

function makeShop(place) {
  const path = join(place, 'shop')
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.com', ...args], { cwd: path })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '-A')
  git('commit', '--quiet', '-m', 'A small shop')
  return path
}

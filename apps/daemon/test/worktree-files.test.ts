import { bestPaths } from '../src/services/worktrees/match-paths'

test('paths are ranked by name, then by where the text stands, then by length', () => {
  const paths = [
    'src/cart/index.ts',
    'src/carts.ts',
    'cart.ts',
    'docs/my-cart.md',
    'src/c/a/rt.ts',
    'other.md',
  ]
  expect(bestPaths(paths, 'CART')).toEqual([
    'cart.ts',
    'src/carts.ts',
    'docs/my-cart.md',
    'src/cart/index.ts',
    'src/c/a/rt.ts',
  ])
  expect(bestPaths(paths, '')).toHaveLength(paths.length)
  expect(bestPaths(paths, 'zzz')).toEqual([])
})

import { expect, test } from 'vitest'
import { BUDGET, overBudget } from '../../scripts/package/budget.ts'
import { unmapped } from '../../scripts/package/maps.ts'

const packed = {
  filename: 'sparring-1.0.0.tgz',
  size: 1_200_000,
  unpackedSize: 4_000_000,
  files: [
    { path: 'dist/data/a.json', size: 3_000_000 },
    { path: 'dist/data/b.json', size: 500_000 },
    { path: 'docs/vendors/seek.md', size: 400_000 },
    { path: 'README.md', size: 100_000 },
  ],
}

test('a tarball within its budget is let through', () => {
  expect(overBudget(packed)).toEqual([])
  expect(BUDGET.unpacked).toBeGreaterThan(BUDGET.packed)
})

test('a tarball beyond its budget is reported with its largest folders, and what to do', () => {
  expect(overBudget(packed, { packed: 1_000_000, unpacked: 3_999_999 })).toEqual([
    'The tarball has 1,200,000 bytes, and its budget is 1,000,000. Largest before packing: dist/data 3,500,000, docs/vendors 400,000, README.md 100,000. Leave out what users do not need ("files" of package.json), or raise the budget in scripts/package/budget.ts and say why in the commit.',
    'The installed package has 4,000,000 bytes, and its budget is 3,999,999. Largest before packing: dist/data 3,500,000, docs/vendors 400,000, README.md 100,000. Leave out what users do not need ("files" of package.json), or raise the budget in scripts/package/budget.ts and say why in the commit.',
  ])
})

test('a declaration without a map, or with a map to unpacked files, is reported', () => {
  const files = [
    'dist/index.d.ts',
    'dist/index.d.ts.map',
    'mocks/index.ts',
    'dist/a/b.d.ts',
    'dist/c.d.ts',
    'dist/c.d.ts.map',
  ]
  const read = (path: string): string =>
    JSON.stringify({ sources: [path.startsWith('dist/c') ? '../mocks/gone.ts' : '../mocks/index.ts'] })
  expect(unmapped(new Set(files), read)).toEqual([
    'dist/a/b.d.ts has no declaration map beside it.',
    'dist/c.d.ts.map names mocks/gone.ts, which is not packed.',
  ])
})

import { expect, test } from 'vitest'
import { coverageLine, coverageLines } from '../../mocks/report/coverage-lines.ts'
import { type CellCoverage, type SubjectCoverage, totalCoverage } from '../../mocks/verdict/coverage/coverage.ts'
import { mergeCoverage, readCoverage } from '../../mocks/verdict/coverage/merge.ts'

function cell(name: string, isMet: boolean, more: Partial<CellCoverage> = {}): CellCoverage {
  return { name, isMet, isAssumed: false, ...more }
}

function operation(name: string, cells: readonly CellCoverage[], isCounted = true): SubjectCoverage {
  return { kind: 'operation', name, isCounted, cells }
}

const of = (...subjects: SubjectCoverage[]) => totalCoverage([{ vendor: 'acme', file: 'acme.yaml', subjects }])

test('a cell is met that any process has met, and counts where it counts for any', () => {
  const first = of(
    operation('read', [cell('200', true), cell('404', false, { add: 'acme/gone' })]),
    operation('list', [cell('200', false)], false),
  )
  const second = of(
    operation('read', [cell('200', false), cell('404', true)]),
    operation('list', [cell('200', false, { add: 'acme/happy-path' })]),
  )
  const sum = mergeCoverage([first, second])
  expect(sum).toEqual(
    of(
      operation('read', [cell('200', true), cell('404', true)]),
      operation('list', [cell('200', false, { add: 'acme/happy-path' })]),
    ),
  )
  expect([sum.met, sum.counted, sum.percent]).toEqual([2, 3, 66.6])
  expect(mergeCoverage([second, first])).toEqual(sum)
  expect(mergeCoverage([sum, sum])).toEqual(sum)
})

test('vendors, operations and answers of only one process are kept', () => {
  const other = totalCoverage([
    { vendor: 'other', file: 'other.yaml', subjects: [operation('ping', [cell('204', true)])] },
  ])
  const sum = mergeCoverage([
    of(operation('read', [cell('200', true)])),
    other,
    of(operation('read', [cell('410', false)])),
  ])
  expect(
    sum.vendors.map(({ vendor, subjects }) => [vendor, subjects.flatMap(({ cells }) => cells.map(({ name }) => name))]),
  ).toEqual([
    ['acme', ['200', '410']],
    ['other', ['204']],
  ])
})

test('assumed answers, and operations that were not called, are in no sum', () => {
  const coverage = of(
    operation('read', [cell('200', true), cell('500', true, { isAssumed: true }), cell('404', false)]),
    operation('list', [cell('200', false)], false),
  )
  expect([coverage.met, coverage.counted, coverage.percent]).toEqual([1, 2, 50])
  expect(of().percent).toBe(0)
})

test('a percentage is rounded down, so that 100 means all', () => {
  const cells = Array.from({ length: 2000 }, (_, index) => cell(String(index), index > 0))
  expect(of(operation('read', cells)).percent).toBe(99.9)
})

test('the file of another process is read with new sums; other files are refused', () => {
  const coverage = of(operation('read', [cell('200', true)]))
  const text = JSON.stringify({ ...coverage, met: 7 })
  expect(readCoverage(JSON.parse(text))).toEqual(coverage)
  const [vendor] = coverage.vendors
  const wrong: unknown[] = [
    undefined,
    null,
    [],
    { ...coverage, version: 2 },
    { ...coverage, vendors: {} },
    { ...coverage, vendors: [null] },
    { ...coverage, vendors: [{ ...vendor, subjects: [{ kind: 'planet', name: 'x', isCounted: true, cells: [] }] }] },
    { ...coverage, vendors: [{ ...vendor, subjects: [operation('read', [{ name: '200' } as never])] }] },
  ]
  expect(wrong.map(readCoverage)).toEqual(wrong.map(() => undefined))
})

test('the table shows what was covered, what is missing, what to add, and what is not counted', () => {
  const coverage = of(
    operation('read', [
      cell('200', true),
      cell('401', false, { add: 'acme/key-revoked' }),
      cell('404', true),
      cell('500', false, { add: 'acme/outage', isAssumed: true }),
    ]),
    operation('write', [
      cell('201', false, { add: 'acme/happy-path' }),
      cell('401', false, { add: 'acme/key-revoked' }),
    ]),
    operation('list', [cell('200', false)], false),
    { kind: 'limit', name: 'requests', isCounted: true, cells: [cell('refused', true)] },
  )
  expect(coverageLines(coverage).join('\n')).toBe(`coverage: 3 of 6 answers met (50 %)
  acme            met       missing
  read            200, 404  401
  write           -         201, 401
  limit requests  refused   -
  to add:
    acme/key-revoked  for read 401, write 401
    acme/happy-path  for write 201
  counted separately, since they are assumed: 0 of 1 met, missing read 500
  not counted, since no client called them: list`)
})

test('of very many things to add, those that cover the most are printed', () => {
  const cells = Array.from({ length: 22 }, (_, index) => cell(String(400 + index), false, { add: `acme/${index}` }))
  const lines = coverageLines(of(operation('read', [...cells, cell('500', false, { add: 'acme/21' })])))
  expect([lines[4], lines[5], lines.length, lines.at(-1)]).toEqual([
    '    acme/21  for read 421, read 500',
    '    acme/0  for read 400',
    25,
    '    … and 2 more',
  ])
})

test('a vendor that was not called has no table, and long lists are cut', () => {
  expect(coverageLines(of(operation('list', [cell('200', false)], false)))).toEqual([
    'coverage: 0 of 0 answers met (0 %)',
  ])
  const names = Array.from({ length: 14 }, (_, index) => `op${index}`)
  const coverage = of(
    operation('read', [cell('200', true)]),
    ...names.map((name) => operation(name, [cell('200', false)], false)),
  )
  expect(coverageLine(coverage)).toBe('coverage: 1 of 1 answer met (100 %)')
  expect(coverageLines(coverage).at(-1)).toBe(
    `  not counted, since no client called them: ${names.slice(0, 12).join(', ')} and 2 more`,
  )
})

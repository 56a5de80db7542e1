import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const FLOORS = [
  'state',
  'spec',
  'scenario',
  'generate',
  'behaviour',
  'engine',
  'vendors',
  'verdict',
  'report',
  'load',
  'connect',
  'request',
  'testing',
  'cli',
]
const BROWSER = new Set(['state', 'generate', 'behaviour', 'engine', 'vendors', 'verdict', 'report'])

const MOST_FILES = 15

const files = readdirSync('mocks', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => relative('mocks', file).includes('/'))

/** Floor and room of a file: `behaviour` and `limit`. */
function place(file: string): { floor: string; room: string } {
  const [floor, second] = relative('mocks', file).split('/') as [string, string]
  return { floor, room: second.replace(/\.ts$/, '') }
}

function imports(file: string): Array<{ target: string; typeOnly: boolean }> {
  return [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) (type )?[^'"]*? from '([^']+)'/gms)].map(
    (match) => ({
      target: match[2]!,
      typeOnly: match[1] !== undefined,
    }),
  )
}

/** Files by their folder, without what only holds data for tests. */
function folders(top: string): Map<string, string[]> {
  const entries = readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => !join(entry.parentPath, entry.name).startsWith('test/fixtures'))
    .map((entry) => ({ path: join(entry.parentPath, entry.name), isFile: entry.isFile() }))
  const found = new Map([
    [top, [] as string[]],
    ...entries.filter(({ isFile }) => !isFile).map(({ path }) => [path, []] as [string, string[]]),
  ])
  for (const { path, isFile } of entries) if (isFile) found.get(dirname(path))!.push(basename(path))
  return found
}

test('each folder of the library says what it holds, who may import it and where to start', () => {
  const silent = [...folders('mocks')].filter(([, names]) => !names.includes('README.md')).map(([folder]) => folder)
  expect(silent).toEqual([])
})

test('no folder holds more files than a reader takes in', () => {
  const full = [...folders('mocks'), ...folders('test')]
    .map(([folder, names]) => ({ folder, count: names.filter((name) => name !== 'README.md').length }))
    .filter(({ count }) => count > MOST_FILES)
  expect(
    full,
    `A folder holds ${MOST_FILES} files at most: move those on one subject into a folder of their own.`,
  ).toEqual([])
})

test('a file has a name of its own in its floor', () => {
  const paths = [...folders('mocks'), ...folders('test')]
    .flatMap(([folder, names]) =>
      names.map((name) => ({ floor: folder.split('/').slice(0, 2).join('/'), folder, name })),
    )
    .filter(({ name }) => name !== 'index.ts' && name !== 'README.md')
  const shared = [...Map.groupBy(paths, ({ floor, name }) => `${floor}: ${name}`).values()]
    .filter((same) => same.length > 1)
    .map((same) => same.map(({ folder, name }) => join(folder, name)))
  expect(paths.length).toBeGreaterThan(500)
  expect(shared).toEqual([])
})

test('the guide for contributors names the floors that there are, in their order', () => {
  const built = readdirSync('mocks', { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'generated',
  )
  expect(built.map(({ name }) => name).sort()).toEqual([...FLOORS].sort())
  for (const page of ['CONTRIBUTING.md', 'mocks/README.md']) {
    const named = /`cli`[^.]*`state`/.exec(readFileSync(page, 'utf8'))![0]
    expect(
      [...named.matchAll(/`([a-z]+)`/g)].map(([, floor]) => floor),
      page,
    ).toEqual([...FLOORS].reverse())
  }
})

test('each file that the guides for contributors name is there', () => {
  const pages = ['CONTRIBUTING.md', 'test/README.md', 'scripts/README.md']
  const named = pages.flatMap((page) => [
    ...readFileSync(page, 'utf8').matchAll(/`((?:mocks|specs|scenarios|test|docs|scripts)\/[\w./-]+)`/g),
  ])
  expect(named.length).toBeGreaterThan(25)
  expect(named.map(([, path]) => path!).filter((path) => !existsSync(path))).toEqual([])
  const rooms = [...folders('mocks').entries()].flatMap(([folder, names]) => {
    if (!names.includes('README.md')) return []
    const text = readFileSync(join(folder, 'README.md'), 'utf8')
    return [...(/Start with (.*)/.exec(text)?.[1] ?? '').matchAll(/`([\w/-]+\.ts)`/g)].map(([, path]) =>
      join(folder, path!),
    )
  })
  expect(rooms.length).toBeGreaterThan(60)
  expect(rooms.filter((path) => !existsSync(path))).toEqual([])
})

test('imports point down only', () => {
  const upward = files.flatMap((file) =>
    imports(file)
      .filter(({ target }) => target.startsWith('.'))
      .map(({ target }) => join(dirname(file), target))
      .filter((target) => relative('mocks', target).includes('/') && !relative('mocks', target).startsWith('generated'))
      .filter((target) => FLOORS.indexOf(place(target).floor) > FLOORS.indexOf(place(file).floor))
      .map((target) => `${file} imports ${target}`),
  )
  expect(files.length).toBeGreaterThan(60)
  expect(upward).toEqual([])
})

test('no file leads back to itself, not even by a type', () => {
  const graph = new Map(
    files.map((file) => [
      file,
      imports(file)
        .filter(({ target }) => target.startsWith('.'))
        .map(({ target }) => join(dirname(file), target)),
    ]),
  )
  expect(cyclesOf(graph)).toEqual([])
})

/** Groups of files of which each leads to all others (Tarjan). */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const open: string[] = []
  const cycles: string[][] = []
  const visit = (file: string): number => {
    let low = order.size
    order.set(file, low)
    open.push(file)
    for (const target of graph.get(file)!) {
      if (!graph.has(target)) continue
      if (!order.has(target)) low = Math.min(low, visit(target))
      else if (open.includes(target)) low = Math.min(low, order.get(target)!)
    }
    if (low === order.get(file)) {
      const group = open.splice(open.indexOf(file))
      if (group.length > 1) cycles.push(group.sort())
    }
    return low
  }
  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return cycles
}

test('state, behaviour and engine import nothing of Node', () => {
  const found = files
    .filter((file) => BROWSER.has(place(file).floor))
    .filter((file) => imports(file).some(({ target }) => target.startsWith('node:')))
  expect(found).toEqual([])
})

test('nothing that a page loads needs Node or makes code from text, and it loads few packages', () => {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const found: string[] = []
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(file, 'utf8')
    if (/new Function\(|\beval\(|createRequire|process\.(?:env|cwd|exit|std)|Buffer\.(?:from|alloc)/.test(text))
      found.push(file)
    const lazy = [...text.matchAll(/ import\('([^']+)'\)\)/g)].map(([, target]) => ({
      target: target!,
      typeOnly: false,
    }))
    for (const { target, typeOnly } of [...imports(file), ...lazy]) {
      if (typeOnly) continue
      if (target.startsWith('.')) visit(resolve(dirname(file), target))
      else packages.add(target)
    }
  }
  for (const entry of ['mocks/browser.ts', 'mocks/vendors/built-in.ts']) visit(resolve(entry))
  expect(seen.size).toBeGreaterThan(100)
  expect(found).toEqual([])
  expect([...packages].sort()).toEqual(['@faker-js/faker/locale/en', '@marcbachmann/cel-js', 'msw'])
})

test('behaviours do not import each other', () => {
  const shared = new Set(['call', 'context', 'exchange', 'operations', 'outcome'])
  const found = files
    .filter((file) => place(file).floor === 'behaviour')
    .flatMap((file) =>
      imports(file)
        .filter(({ target }) => target.startsWith('.'))
        .map(({ target }) => join(dirname(file), target))
        .filter((target) => place(target).floor === 'behaviour')
        .filter((target) => place(target).room !== place(file).room && !shared.has(place(target).room))
        .map((target) => `${file} imports ${target}`),
    )
  expect(found).toEqual([])
})

test('dates, timers and chance are touched in the clock only', () => {
  const found = files
    .filter((file) => BROWSER.has(place(file).floor) && !file.endsWith('state/clock.ts'))
    .filter((file) =>
      /Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|setInterval\(|performance\.now\(/.test(
        readFileSync(file, 'utf8'),
      ),
    )
  expect(found).toEqual([])
})

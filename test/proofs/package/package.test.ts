import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest

/** Paths of all files that are packed; what is built is not among them. */
const packed = ((): ReadonlySet<string> => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })
  const [listed] = JSON.parse(stdout) as [{ readonly files: ReadonlyArray<{ readonly path: string }> }]
  return new Set(listed.files.map((file) => file.path))
})()

test('the package asks for MSW 2 or 3, for vitest from 2 on, for Playwright from 1.45 on and for redis from 5 on, and needs none of them', () => {
  expect(manifest.peerDependencies).toEqual({
    '@modelcontextprotocol/server': '^2.0.0',
    '@playwright/test': '>=1.45.0',
    msw: '^2.0.0 || ^3.0.0',
    'node-forge': '^1.3.0',
    redis: '>=5.0.0',
    vitest: '>=2.0.0',
  })
  expect(manifest.peerDependenciesMeta).toEqual({
    '@modelcontextprotocol/server': { optional: true },
    '@playwright/test': { optional: true },
    msw: { optional: true },
    'node-forge': { optional: true },
    redis: { optional: true },
    vitest: { optional: true },
  })
})

test('documentation, examples and the change log are packed', () => {
  expect(packed).toContain('README.md')
  expect(packed).toContain('CHANGELOG.md')
  expect(packed).toContain('docs/testing.md')
  expect(packed).toContain('examples/acme/openapi.yaml')
  expect(packed).toContain('scenarios/scenario.schema.json')
})

test('every link of a packed page leads to a packed file', () => {
  const pages = [...packed].filter((file) => file.endsWith('.md') && !file.startsWith('dist/'))
  const dead: string[] = []
  let count = 0
  for (const page of pages) {
    const text = readFileSync(page, 'utf8').replaceAll(/^```.*?^```$/gms, '')
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue
      count++
      const file = normalize(join(dirname(page), target!))
      const isThere = packed.has(file) || [...packed].some((other) => other.startsWith(file.replace(/\/?$/, '/')))
      if (!isThere) dead.push(`${page} links to ${target}`)
    }
  }
  expect(dead).toEqual([])
  expect(count).toBeGreaterThan(100)
})

test('the first thing that the README shows is how to install it', () => {
  const [first] = [...readFileSync('README.md', 'utf8').matchAll(/^```console.*\n([\s\S]*?)^```$/gm)]
  expect(first![1]).toBe('$ npm i -D sparring\n')
})

test('paths below node_modules/sparring that a page names are packed', () => {
  const named = [...packed]
    .filter((file) => file.endsWith('.md'))
    .flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/node_modules\/sparring\/([\w./-]+\.json)/g)])
    .map((match) => match[1]!)
  expect(named).toContain('scenarios/seek/scenario.schema.json')
  expect(named.filter((file) => !packed.has(file))).toEqual([])
})

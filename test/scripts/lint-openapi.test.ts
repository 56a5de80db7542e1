import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (file: string): string => readFileSync(file, 'utf8')

test.each(['redocly.yaml', 'spectral.yaml'])('%s says above each rule that is off why it is', (file) => {
  const lines = read(`scripts/openapi/${file}`).split('\n')
  const rules = lines.slice(lines.indexOf('rules:') + 1).filter((line) => line !== '')
  expect(rules.length).toBeGreaterThan(6)
  rules.forEach((line, index) => expect(line).toMatch(index % 2 === 0 ? /^ {2}# .+\.$/ : /^ {2}[\w-]+: off$/))
})

test('the tools are installed apart from the package, in one version each, and run in CI', () => {
  const { dependencies } = JSON.parse(read('scripts/openapi/package.json')) as { dependencies: Record<string, string> }
  expect(Object.keys(dependencies)).toEqual([
    '@redocly/cli',
    '@stoplight/spectral-cli',
    'openapi-typescript',
    'typescript',
  ])
  const own = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> }
  for (const [name, version] of Object.entries(dependencies)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(own.devDependencies[name]).not.toBe(version)
  }
  expect(read('.ci/run')).toContain('npm run --silent lint:openapi\n')
})

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readYaml } from '../../../mocks/spec/read/read-yaml.ts'

const files = ['specs', 'scenarios'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => `${entry.parentPath}/${entry.name}`),
)

test('every spec and scenario of the package is read as another reader of YAML reads it', () => {
  expect(files.length).toBeGreaterThan(25)
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    expect(readYaml(text), file).toEqual({ data: parse(text, { stringKeys: true }) as unknown, mistakes: [] })
  }
})

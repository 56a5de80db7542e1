import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const read = (file: string): object => JSON.parse(readFileSync(file, 'utf8')) as object
const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false })
ajv.addSchema(read('specs/x-mock.schema.json'))
const isSpec = ajv.compile(read('specs/openapi.schema.json'))

/** Files with the schema that their first line names for editors. */
const files = ['specs', 'scenarios'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && (folder === 'specs' ? entry.name === 'openapi.yaml' : entry.name.endsWith('.yaml')),
    )
    .map((entry) => join(entry.parentPath, entry.name)),
)

test('every spec and scenario names the schema by which editors check it', () => {
  for (const file of files) {
    const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8'))?.[1]
    expect(schema, file).toBe(
      relative(
        dirname(file),
        file.startsWith('specs') ? 'specs/openapi.schema.json' : 'scenarios/scenario.schema.json',
      ),
    )
    expect(() => readFileSync(join(file, '..', schema!))).not.toThrow()
  }
})

test.each(files.filter((file) => file.startsWith('specs')))('%s fits the schema for editors', (file) => {
  isSpec(parse(readFileSync(file, 'utf8'), { uniqueKeys: false }))
  expect(isSpec.errors ?? []).toEqual([])
})

test('the schema for editors sees a wrong word at the root, on an operation and on an example', () => {
  const wrong = { limts: [] }
  const examples = { rate: { value: {}, 'x-mock': wrong } }
  const responses = { '429': { content: { 'application/json': { examples } } } }
  isSpec({
    'x-mock': wrong,
    paths: { '/a': { get: { 'x-mock': wrong, responses } } },
    components: { responses: { A: responses['429'] } },
  })
  expect(
    isSpec.errors?.filter((error) => error.keyword === 'additionalProperties').map((error) => error.instancePath),
  ).toEqual([
    '/x-mock',
    '/paths/~1a/get/x-mock',
    '/paths/~1a/get/responses/429/content/application~1json/examples/rate/x-mock',
    '/components/responses/A/content/application~1json/examples/rate/x-mock',
  ])
})

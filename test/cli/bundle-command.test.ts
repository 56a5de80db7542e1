import { readFileSync } from 'node:fs'
import { createMock } from 'sparring'
import { expect, test } from 'vitest'
import { parseSource } from '../../mocks/spec/read/source.ts'
import { project, sparring } from '../support/processes/cli.ts'

const files = {
  'openapi.yaml': `openapi: 3.1.0
info: { title: Parts, version: '1', description: { $ref: intro.md } }
servers: [{ url: https://parts.example }]
paths:
  /pets: { $ref: paths/pets.yaml }
components:
  schemas: { Pet: { $ref: schemas/pet.yaml } }
`,
  'intro.md': 'All about pets.\n',
  'paths/pets.yaml': `get:
  parameters: [{ $ref: '../shared.yaml#/parameters/Limit' }]
  responses:
    '200': { $ref: '../shared.yaml#/responses/Pets' }
    '404': { $ref: '../shared.yaml#/responses/Pets' }
`,
  'shared.yaml': `parameters: { Limit: { name: limit, in: query, schema: { $ref: '#/Limit' } } }
responses:
  Pets:
    description: Pets.
    headers: { X-Total: { $ref: '#/Total' } }
    content: { application/json: { schema: { type: array, items: { $ref: ./schemas/pet.yaml } }, examples: { one: { $ref: '#/One' } } } }
Limit: { type: integer, maximum: 5 }
Total: { schema: { type: integer } }
One: { value: [{ name: Rex }] }
`,
  'schemas/pet.yaml':
    'type: object\nrequired: [name]\nproperties: { name: { type: string }, friend: { $ref: pet.yaml } }\n',
}

test('bundle prints one document, with what stood in other files among its components', async () => {
  const cwd = project(files)
  const { code, out, err } = await sparring(['bundle', 'openapi.yaml'], { cwd })
  expect([code, err]).toEqual([0, ''])
  expect(parseSource(out, 'out.yaml').data).toEqual({
    openapi: '3.1.0',
    info: { title: 'Parts', version: '1', description: 'All about pets.\n' },
    servers: [{ url: 'https://parts.example' }],
    paths: {
      '/pets': {
        get: {
          parameters: [{ $ref: '#/components/parameters/Limit' }],
          responses: { 200: { $ref: '#/components/responses/Pets' }, 404: { $ref: '#/components/responses/Pets' } },
        },
      },
    },
    components: {
      schemas: {
        Pet: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, friend: { $ref: '#/components/schemas/Pet' } },
        },
        Limit: { type: 'integer', maximum: 5 },
      },
      parameters: { Limit: { name: 'limit', in: 'query', schema: { $ref: '#/components/schemas/Limit' } } },
      responses: {
        Pets: {
          description: 'Pets.',
          headers: { 'X-Total': { $ref: '#/components/headers/Total' } },
          content: {
            'application/json': {
              schema: { type: 'array', items: { $ref: '#/components/schemas/Pet' } },
              examples: { one: { $ref: '#/components/examples/One' } },
            },
          },
        },
      },
      headers: { Total: { schema: { type: 'integer' } } },
      examples: { One: { value: [{ name: 'Rex' }] } },
    },
  })
})

test('bundle writes JSON or YAML by the name of the file, and its output answers like the document', async () => {
  const cwd = project(files)
  for (const out of ['whole.json', 'whole.yaml']) {
    expect(await sparring(['bundle', 'openapi.yaml', '--out', out], { cwd })).toEqual({
      code: 0,
      out: `${out} holds openapi.yaml and 4 other files.\n`,
      err: '',
    })
    expect(readFileSync(`${cwd}/${out}`, 'utf8').startsWith('{')).toBe(out === 'whole.json')
    using mock = createMock({ vendors: [`${cwd}/${out}`] })
    using split = createMock({ vendors: [`${cwd}/openapi.yaml`] })
    for (const url of ['https://parts.example/pets', 'https://parts.example/pets?limit=9']) {
      const [one, other] = [await mock.fetch(url), await split.fetch(url)]
      expect([one.status, await one.text()]).toEqual([other.status, await other.text()])
    }
  }
})

test('two parts of one name get names of their own', async () => {
  const part = (type: string) => `A: { type: ${type} }\n`
  const cwd = project({
    'openapi.yaml': `openapi: 3.1.0
info: { title: Parts, version: '1' }
paths: { /a: { get: { responses: { '200': { description: d, content: { a/b: { schema: { anyOf: [{ $ref: 'one.yaml#/A' }, { $ref: 'two.yaml#/A' }, { $ref: 'one.yaml#/A' }] } } } } } } } }
`,
    'one.yaml': part('string'),
    'two.yaml': part('integer'),
  })
  const { out } = await sparring(['bundle', 'openapi.yaml'], { cwd })
  expect(parseSource(out, 'out.yaml').data).toMatchObject({
    paths: {
      '/a': {
        get: {
          responses: {
            200: {
              content: {
                'a/b': {
                  schema: {
                    anyOf: [
                      { $ref: '#/components/schemas/A' },
                      { $ref: '#/components/schemas/A-2' },
                      { $ref: '#/components/schemas/A' },
                    ],
                  },
                },
              },
            },
          },
        },
      },
    },
    components: { schemas: { A: { type: 'string' }, 'A-2': { type: 'integer' } } },
  })
})

test('a reference that cannot be read says which file and from where, and nothing is written', async () => {
  const cwd = project({ ...files, 'paths/pets.yaml': "get: { responses: { '200': { $ref: '../gone.yaml#/A' } } }\n" })
  const { code, out, err } = await sparring(['bundle', 'openapi.yaml', '--out', 'whole.yaml'], { cwd })
  expect([code, out, err]).toEqual([
    1,
    '',
    `sparring: Failed to load the document openapi.yaml: 1 problem.
  paths/pets.yaml:1:30 error dangling-ref: "gone.yaml#/A" leads to the file "gone.yaml", which cannot be read: there is no such file.
`,
  ])
  expect(() => readFileSync(`${cwd}/whole.yaml`)).toThrow('ENOENT')
})

test('bundle overwrites a file only with --force, and never the document or its parts', async () => {
  const cwd = project({ ...files, 'there.yaml': 'mine\n' })
  const bundle = (...args: string[]) => sparring(['bundle', 'openapi.yaml', ...args], { cwd })
  expect(await bundle('--out', 'there.yaml')).toMatchObject({
    code: 2,
    err: expect.stringContaining('there.yaml already exists. --force overwrites it; --out writes another.'),
  })
  expect((await bundle('--out', 'there.yaml', '--force')).code).toBe(0)
  for (const own of ['openapi.yaml', 'shared.yaml'])
    expect(await bundle('--out', own, '--force')).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${own} is a file of the document itself. Write the whole document to another.`),
    })
  expect(await sparring(['bundle', 'https://far.example/openapi.yaml'], { cwd })).toMatchObject({ code: 2 })
})

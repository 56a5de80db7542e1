import { expect, test } from 'vitest'
import { formatProblem } from '../../../mocks/spec/problems/problem.ts'
import { createResolver } from '../../../mocks/spec/references/ref.ts'
import { parseSource } from '../../../mocks/spec/read/source.ts'
import type { Source } from '../../../mocks/spec/read/source.ts'
import { processorTime } from '../../support/data/processor-time.ts'

function reader(files: Readonly<Record<string, string>>): (file: string) => Source {
  return (file) => {
    const text = files[file]
    if (text === undefined) throw new Error('no such file')
    return parseSource(text, file)
  }
}

function problemsOf(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  const source = parseSource(text, 'specs/acme/openapi.yaml')
  return createResolver(reader(files))
    .checkRefs(source)
    .map((finding) => formatProblem(source.problem(finding)))
}

test('resolves pointers in the same file, through chains and escapes', () => {
  const source = parseSource(
    `paths: { '/v1/{id}': { get: { summary: deep } } }
components:
  schemas:
    A: { $ref: '#/components/schemas/B' }
    B: { type: object }
    C: { $ref: '#/components/schemas/B', description: with a text of its own, nullable: true }
`,
    'openapi.yaml',
  )
  const { resolveRef } = createResolver(reader({}))
  expect(resolveRef('#/components/schemas/A', source)).toEqual({
    value: { type: 'object' },
    source,
    pointer: '/components/schemas/B',
  })
  // Keywords beside a $ref make a schema of its own.
  expect(resolveRef('#/components/schemas/C', source)?.pointer).toBe('/components/schemas/C')
  expect(resolveRef('#/paths/~1v1~1%7Bid%7D/get', source)?.value).toEqual({ summary: 'deep' })
  expect(resolveRef('#', source)?.value).toBe(source.data)
  expect(resolveRef('#/components/schemas/__proto__', source)).toBeUndefined()
  expect(resolveRef('#/nowhere', source)).toBeUndefined()
})

test('resolves files beside the file the reference stands in, each read once', () => {
  const files = {
    'specs/acme/schemas/worker.yaml': "Worker: { $ref: '../shared.json#/Base' }\n",
    'specs/acme/shared.json': '{ "Base": { "type": "object" }, "Way back": { "$ref": "openapi.yaml#/x" } }',
  }
  const source = parseSource('x: 1\n', 'specs/acme/openapi.yaml')
  const read: string[] = []
  const { resolveRef } = createResolver((file) => {
    read.push(file)
    return reader({ ...files, 'specs/acme/openapi.yaml': 'x: 1\n' })(file)
  })
  const found = resolveRef('./schemas/worker.yaml#/Worker', source)
  expect(found?.value).toEqual({ type: 'object' })
  expect(found?.source.file).toBe('specs/acme/shared.json')
  expect(found?.pointer).toBe('/Base')
  expect(resolveRef('shared.json#/Way%20back', source)?.value).toBe(1)
  expect(resolveRef('./schemas/../shared.json', source)?.pointer).toBe('')
  expect(read).toEqual(['specs/acme/schemas/worker.yaml', 'specs/acme/shared.json', 'specs/acme/openapi.yaml'])
})

test('resolves $anchor and $id', () => {
  const source = parseSource(
    'components: { schemas: { A: { $id: https://acme.example/a, $anchor: here, type: object } } }\n',
    'openapi.yaml',
  )
  const { resolveRef } = createResolver(reader({}))
  expect(resolveRef('#here', source)?.pointer).toBe('/components/schemas/A')
  expect(resolveRef('https://acme.example/a#/type', source)?.value).toBe('object')
})

test('reports an unknown reference with the nearest name', () => {
  const text = `openapi: 3.1.0
paths:
  /workers:
    get:
      responses:
        '404': { $ref: '#/components/responses/NotFond' }
        '500':
          content: { application/json: { schema: { $ref: '#/components/schema/Worker' } } }
components:
  responses: { NotFound: {} }
  schemas:
    Worker: { properties: { default: { $ref: '#/components/schemas/zzzzzzzz' } } }
`
  expect(problemsOf(text)).toEqual([
    'specs/acme/openapi.yaml:6:18 error dangling-ref: "#/components/responses/NotFond" leads nowhere: "#/components/responses" has no "NotFond". Did you mean "#/components/responses/NotFound"?',
    'specs/acme/openapi.yaml:8:52 error dangling-ref: "#/components/schema/Worker" leads nowhere: "#/components" has no "schema". Did you mean "#/components/schemas"?',
    'specs/acme/openapi.yaml:12:40 error dangling-ref: "#/components/schemas/zzzzzzzz" leads nowhere: "#/components/schemas" has no "zzzzzzzz". Known: Worker.',
  ])
})

test('reports each wrong target once, where it is first used', () => {
  expect(problemsOf("a: { $ref: '#/x' }\nb: { $ref: '#/x' }\nc: {}\n")).toEqual([
    'specs/acme/openapi.yaml:1:6 error dangling-ref: "#/x" leads nowhere: the document has no "x". Known: a, b, c. It occurs 2 times in this file.',
  ])
})

test('reports unreadable files, missing anchors and network addresses', () => {
  const text = `a: { $ref: './workers.yaml#/Worker' }
b: { $ref: './broken.yaml' }
c: { $ref: '#wrker' }
d: { $ref: 'https://acme.example/openapi.json' }
e: { $ref: '#/100%' }
f: { $ref: 'good.yaml#/Workr' }
g: { $ref: 'file:///a%25b.yaml' }
schemas: { W: { $anchor: worker } }
`
  const files = { 'specs/acme/broken.yaml': 'a: b: c\n', 'specs/acme/good.yaml': 'Worker: {}\n' }
  expect(problemsOf(text, files).map((line) => line.replace('specs/acme/openapi.yaml:', ''))).toEqual([
    '1:6 error dangling-ref: "./workers.yaml#/Worker" leads to the file "specs/acme/workers.yaml", which cannot be read: no such file.',
    '2:6 error dangling-ref: "./broken.yaml" leads to the file "specs/acme/broken.yaml", which cannot be read: in line 1, Nested mappings are not allowed in compact mappings. Put a text that holds ": " in quotes.',
    '3:6 error dangling-ref: "#wrker" leads nowhere: no schema has the "$anchor" "wrker". Did you mean "#worker"?',
    '4:6 error remote-ref: "https://acme.example/openapi.json" is on the network, and only files are read. Save the document beside this file and refer to it by its path.',
    '5:6 error dangling-ref: "#/100%" has a "%" that is not followed by two hexadecimal digits. Write "%25".',
    '6:6 error dangling-ref: "good.yaml#/Workr" leads nowhere: "good.yaml" has no "Workr". Did you mean "good.yaml#/Worker"?',
    '7:6 error dangling-ref: "file:///a%25b.yaml" leads to the file "/a%b.yaml", which cannot be read: no such file.',
  ])
})

test('reports a cycle once, and allows recursive schemas', () => {
  const text = `schemas:
  A: { $ref: '#/schemas/B' }
  B: { $ref: '#/schemas/C' }
  C: { $ref: '#/schemas/B' }
  Own: { $ref: '#/schemas/Own' }
  Tree: { properties: { child: { $ref: '#/schemas/Tree' } } }
`
  expect(problemsOf(text)).toEqual([
    'specs/acme/openapi.yaml:2:8 error circular-ref: "#/schemas/B" never meets a value: #/schemas/B -> #/schemas/C -> #/schemas/B. Put a value at one of them. It occurs 2 times in this file.',
    'specs/acme/openapi.yaml:5:10 error circular-ref: "#/schemas/Own" never meets a value: #/schemas/Own -> #/schemas/Own. Put a value at one of them.',
  ])
})

test('reads no references in payloads and extensions, and all of them elsewhere', () => {
  const text = `components:
  examples: { here: { $ref: '#/1' }, not: { value: { $ref: '#/no' } } }
  schemas:
    S:
      default: { $ref: '#/no' }
      enum: [{ $ref: '#/no' }]
      const: { $ref: '#/no' }
      example: { $ref: '#/no' }
      examples: [{ $ref: '#/no' }]
      x-mock: { $ref: '#/no' }
      properties:
        default: { $ref: '#/2' }
        enum: { $ref: '#/3' }
        example: { $ref: '#/4' }
        x-mock: { $ref: '#/5' }
        value: { $ref: '#/6' }
        $ref: { type: string }
      discriminator: { propertyName: kind, mapping: { a: '#/7', b: S } }
  responses:
    default: { content: { a/b: { examples: { e: { $ref: '#/8' }, f: { value: { $ref: '#/no' } } } } } }
  parameters: { default: { $ref: '#/9' } }
`
  const pointers = createResolver(reader({}))
    .checkRefs(parseSource(text, 'a.yaml'))
    .map(({ pointer }) => pointer)
  expect(pointers).toEqual([
    '/components/examples/here/$ref',
    '/components/schemas/S/properties/default/$ref',
    '/components/schemas/S/properties/enum/$ref',
    '/components/schemas/S/properties/example/$ref',
    '/components/schemas/S/properties/x-mock/$ref',
    '/components/schemas/S/properties/value/$ref',
    '/components/schemas/S/discriminator/mapping/a',
    '/components/responses/default/content/a~1b/examples/e/$ref',
    '/components/parameters/default/$ref',
  ])
})

test('checks all files a document leads to', () => {
  const files = {
    'specs/b.yaml': "B: { properties: { c: { $ref: 'c.yaml#/C' } } }\n",
    'specs/c.yaml': "C: {}\nD: { $ref: '#/E' }\n",
  }
  const source = parseSource("a: { $ref: 'b.yaml#/B' }\n", 'specs/a.yaml')
  expect(createResolver(reader(files)).checkAll(source).map(formatProblem)).toEqual([
    'specs/c.yaml:2:6 error dangling-ref: "#/E" leads nowhere: the document has no "E". Known: C, D.',
  ])
})

test('checks forty thousand references in a moment', () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, i) => [
      `Schema${i}`,
      {
        type: 'object',
        properties: Object.fromEntries(
          [3, 5, 7, 11].map((step) => [`p${step}`, { $ref: `#/components/schemas/Schema${(i * step) % 10_000}` }]),
        ),
        description: 'text '.repeat(150),
      },
    ]),
  )
  const source = parseSource(JSON.stringify({ components: { schemas } }), 'big.json')
  const check = () => expect(createResolver(reader({})).checkRefs(source)).toEqual([])
  const best = Math.min(...[1, 2, 3].map(() => processorTime(check)))
  expect(best).toBeLessThan(300)
})

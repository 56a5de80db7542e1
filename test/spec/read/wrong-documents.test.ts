import { createMock } from 'sparring'
import { expect, onTestFinished, test, vi } from 'vitest'

const WRONG: readonly unknown[] = ['x', 5, null, true, [1, null, 'a'], { a: 1, b: null }]
const ROOT = 'info paths webhooks servers security tags externalDocs components jsonSchemaDialect $self openapi'.split(
  ' ',
)
const COMPONENTS =
  'schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems mediaTypes'.split(
    ' ',
  )
const OPERATION =
  'tags summary operationId parameters requestBody responses callbacks deprecated security servers'.split(' ')

function document(parts: object = {}, operation: object = {}): object {
  const get = { responses: { 200: { description: 'One.' } }, ...operation }
  return { openapi: '3.2.0', info: { title: 'Wrong', version: '1' }, paths: { '/a': { get } }, ...parts }
}

/** What a mock makes of a document: an answer, or the reason why it cannot be played. */
async function played(given: object): Promise<number | string> {
  const spy = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => spy.mockRestore())
  try {
    using mock = createMock({ vendors: { wrong: { document: given as never } } })
    return (await mock.fetch('https://wrong.example/a')).status
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

const problem = expect.stringMatching(/^InvalidFileError: Failed to load the spec wrong: \d problems?\.\n {2}wrong#\//)

test.each(ROOT)('a document whose "%s" is wrong is played, or an error says why not', async (key) => {
  const results = await Promise.all(WRONG.map((value) => played(document({ [key]: value }))))
  const isNeeded = key === 'paths' || key === 'openapi'
  // Of a security that cannot be read, a credential is asked for all the same.
  for (const result of results) expect(isNeeded ? [problem, 501] : [200, 401]).toContainEqual(result)
})

test.each(COMPONENTS)('a document whose components have wrong "%s" is played', async (key) => {
  const wrong = [...WRONG, ...WRONG.map((value) => ({ A: value }))]
  const results = await Promise.all(wrong.map((value) => played(document({ components: { [key]: value } }))))
  expect(results).toEqual(wrong.map(() => 200))
})

test.each(OPERATION)('an operation whose "%s" is wrong answers, or says why it is left out', async (key) => {
  const results = await Promise.all(WRONG.map((value) => played(document({}, { [key]: value }))))
  for (const result of results) expect([200, 400, 401, 501]).toContainEqual(result)
})

test.each([
  ['two parameters for the whole query', [query('querystring', 'a'), query('querystring', 'b')]],
  ['a parameter for the whole query beside others', [query('querystring', 'a'), query('query', 'b')]],
  ['a parameter with a style beside its media type', [{ ...query('query', 'a'), style: 'form' }]],
  [
    'parameters with several media types, or none',
    [
      { ...query('query', 'a'), content: {} },
      { in: 'query', name: 'b' },
    ],
  ],
])('%s are played', async (_, parameters) => {
  expect(await played(document({}, { parameters }))).toBe(200)
})

function query(place: string, name: string): object {
  return { in: place, name, content: { 'application/json': {} } }
}

test.each([
  ['1.2', '"openapi" is "1.2"'],
  ['4.0.0', '"openapi" is "4.0.0"'],
  [3.1, '"openapi" is 3.1'],
  [undefined, '"openapi" is missing'],
])('a document of version %s is refused, or played as what it can only be', async (openapi, message) => {
  const result = await played(document({ openapi }))
  if (openapi === 3.1) expect(result).toBe(200)
  else expect(result).toContain(`This is not an OpenAPI document of version 3.0, 3.1 or 3.2: ${message}.`)
})

test('a document without an operation says that there is nothing to emulate', async () => {
  for (const parts of [{ paths: undefined, components: {} }, { paths: {} }, { paths: undefined, webhooks: { a: {} } }])
    expect(await played(document(parts))).toContain('The document has no paths, so there is nothing to emulate.')
})

import { expect, test } from 'vitest'
import { DEEPEST, tooDeepAt, tooDeepIn } from '../../../mocks/spec/read/nesting.ts'
import { parseSource } from '../../../mocks/spec/read/source.ts'
import { frozenMock, read } from '../../support/mock/mock.ts'
import { withBodies } from '../../support/server/hostile.ts'
import { document } from '../../support/server/server.ts'

function lists(levels: number, inside = ''): string {
  return '['.repeat(levels) + inside + ']'.repeat(levels)
}

function maps(levels: number): string {
  return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
}

test('the depth of JSON is counted by its brackets, without those in strings', () => {
  expect(tooDeepAt(lists(DEEPEST))).toBeUndefined()
  expect(tooDeepAt(lists(DEEPEST + 1))).toBe(DEEPEST)
  expect(tooDeepAt(maps(DEEPEST + 1))).toBe(5 * DEEPEST)
  expect(tooDeepAt(`["${'['.repeat(2000)}\\"${'{'.repeat(2000)}\\\\"]`)).toBeUndefined()
  expect(tooDeepAt(`[${'[],'.repeat(2000)}[]]`)).toBeUndefined()
  expect(tooDeepAt(`"${'['.repeat(2000)}`)).toBeUndefined()
  expect(tooDeepIn(JSON.parse(maps(DEEPEST)))).toBeUndefined()
  expect(tooDeepIn(JSON.parse(maps(DEEPEST + 1)))).toHaveLength(DEEPEST)
})

test.each(['seal', 'seamless', 'seclai', 'seek', 'sequentum'])(
  'a body of %s that is nested too deep is one that cannot be read',
  async (vendor) => {
    const mock = frozenMock({ vendors: [vendor] })
    const reasons = new Set<string>()
    for (const { url, init } of withBodies(vendor, [maps(50_000), lists(5000), lists(200_000), '['.repeat(200_000)])) {
      mock.reset()
      const { status } = await mock.fetch(url, init)
      const { stage, because } = mock.journal.exchanges()[0]!.answeredBy!
      // Some items of a path are not there.
      if (stage !== 'resolve') reasons.add(because)
      expect([url, status < 500]).toEqual([url, true])
    }
    expect([...reasons]).toEqual(['the body is nested deeper than 500 levels'])
  },
)

test('a body that is as deep as may be is read', async () => {
  const mock = frozenMock({ vendors: ['seamless'] })
  const [request] = withBodies('seamless', [maps(DEEPEST)])
  expect((await read(mock.fetch(request!.url, request!.init))).status).toBe(200)
  expect(mock.journal.exchanges()[0]!.answeredBy!.because).not.toContain('nested')
})

test.each([
  ['a list in JSON', 'a.json', lists(200_000), '1:501'],
  ['a map in JSON', 'a.json', maps(600), '1:2501'],
  ['JSON that is called YAML', 'a.yaml', maps(50_000), '1:2501'],
  ['a list in the flow of YAML', 'a.yaml', `a: ${lists(600)}`, '1:503'],
  ['lists in lists of YAML', 'a.yaml', `${'- '.repeat(600)}1`, '1:1001'],
  ['a list that overflows the reader', 'a.yaml', `a: ${lists(20_000)}`, '1:'],
])('%s that is nested too deep is told with its place', (_, file, text, place) => {
  const { data, problems } = parseSource(text, file)
  expect(data).toBeUndefined()
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    [
      'too-deep',
      'Lists and maps are nested more than 500 levels deep here. Make it flatter, or refer to a part of it.',
    ],
  ])
  expect(`${problems[0]!.line}:${problems[0]!.column}`).toMatch(new RegExp(`^${place}`))
})

/** What an operation answers whose body is the first of these schemas. */
async function answerOf(schemas: object): Promise<unknown> {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } }
  const paths = { '/t': { get: { operationId: 'getT', responses: { 200: { description: 'd', content } } } } }
  const info = { title: 'Deep', version: '1' }
  const servers = [{ url: 'https://api.deep.example' }]
  const text = JSON.stringify({ openapi: '3.1.0', info, servers, paths, components: { schemas } })
  const mock = frozenMock({ vendors: [document('deep.json', text)] })
  return (await read(mock.fetch('https://api.deep.example/t'))).body
}

test('a chain of references has an end', async () => {
  const chain = (length: number): object =>
    Object.fromEntries([
      ...Array.from({ length }, (_, index) => [`S${index}`, { $ref: `#/components/schemas/S${index + 1}` }] as const),
      [`S${length}`, { type: 'string', enum: ['end'] }],
    ])
  expect(await answerOf(chain(20))).toBe('end')
  expect(await answerOf(chain(3000))).toMatchObject({
    status: 501,
    detail:
      'not emulated: "#/components/schemas/S0" leads through more than 30 other references. Refer to the value itself.',
  })
})

test('changes that are nested too deep are refused', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const rules = JSON.parse(lists(20_000)) as never
  expect(() => mock.play('seek/happy-path', { rules })).toThrow(
    'Failed to play the changes: they are nested deeper than 500 levels.',
  )
})

import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkGrammar } from '../../../mocks/spec/grammar/grammar.ts'
import type { JsonSchema } from '../../../mocks/spec/grammar/grammar.ts'
import { didYouMean, nearest } from '../../../mocks/spec/problems/nearest.ts'
import { formatProblem } from '../../../mocks/spec/problems/problem.ts'
import { parseSource } from '../../../mocks/spec/read/source.ts'
import scenarioFile from '../../../scenarios/scenario.schema.json' with { type: 'json' }
import xMockFile from '../../../specs/x-mock.schema.json' with { type: 'json' }
import { invalid, valid } from '../../fixtures/grammar/documents.ts'
import type { Kind } from '../../fixtures/grammar/documents.ts'
import { processorTime } from '../../support/data/processor-time.ts'

const xMock = xMockFile as unknown as JsonSchema
const scenario = scenarioFile as unknown as JsonSchema
const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema(xMockFile)
ajv.addSchema(scenarioFile)

function schemaOf(kind: Kind): JsonSchema {
  if (kind === 'scenario') return scenario
  return { $ref: `#/$defs/${kind}`, ...(xMock.$defs && { $defs: xMock.$defs }) }
}

function problemsOf(kind: Kind, text: string): string[] {
  const source = parseSource(text, 'f.yaml')
  expect(source.problems).toEqual([])
  const what = kind === 'scenario' ? 'a scenario' : 'x-mock'
  return checkGrammar(source.data, schemaOf(kind), { what }).map((finding) => formatProblem(source.problem(finding)))
}

function ajvAccepts(kind: Kind, data: unknown): boolean {
  const id = kind === 'scenario' ? scenarioFile.$id : `${xMockFile.$id}#/$defs/${kind}`
  return ajv.validate(id, data)
}

test.each(valid)('accepts a valid %s, as ajv does (%#)', (kind, text) => {
  expect(problemsOf(kind, text)).toEqual([])
  expect(ajvAccepts(kind, parseSource(text, 'f.yaml').data)).toBe(true)
})

test.each(invalid)('refuses a wrong %s, as ajv does (%#)', (kind, text, messages) => {
  expect(problemsOf(kind, text)).toEqual(messages)
  expect(ajvAccepts(kind, parseSource(text, 'f.yaml').data)).toBe(false)
})

test('agrees with ajv on documents that are changed at one place', () => {
  const kinds = fc.constantFrom(...valid)
  const values = fc.oneof(
    fc.constantFrom<unknown>(null, true, 0, 1, -1, 2.5, '', 'x', '10s', '{$plan.x}', [], {}, ['x'], { x: 1 }),
    fc.constantFrom<unknown>({ cel: 'a' }, { cel: 1 }, { $plan: null }, 'never', 'hold', 'NotFound#a', [1]),
  )
  fc.assert(
    fc.property(kinds, fc.nat(), values, fc.boolean(), ([kind, text], at, value, rename) => {
      const data = structuredClone(parseSource(text, 'f.yaml').data)
      const places = placesIn(data)
      const [holder, key] = places[at % places.length] ?? [{}, '']
      if (rename && !Array.isArray(holder)) {
        holder[`${key}x`] = holder[key]
        delete holder[key]
      } else holder[key] = value
      const findings = checkGrammar(data, schemaOf(kind), { what: 'it' })
      const context = JSON.stringify({ key, value, rename, findings })
      expect([findings.length === 0, context]).toEqual([ajvAccepts(kind, data), context])
    }),
    { numRuns: 1500 },
  )
})

test('the schema files use only keywords that the checker supports', () => {
  const known = new Set(
    (
      '$schema $id $ref $defs title description examples type enum const not properties patternProperties ' +
      'propertyNames additionalProperties required minProperties maxProperties items minItems minimum maximum ' +
      'exclusiveMinimum pattern allOf anyOf oneOf x-expected x-refused x-not-yet'
    ).split(' '),
  )
  const unknown: string[] = []
  const walk = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, value] of Object.entries(schema)) {
      if (!known.has(key)) unknown.push(key)
      if (['$defs', 'properties', 'patternProperties'].includes(key)) Object.values(value as object).forEach(walk)
      else if (['allOf', 'anyOf', 'oneOf'].includes(key)) (value as unknown[]).forEach(walk)
      else if (['items', 'not', 'propertyNames', 'additionalProperties'].includes(key)) walk(value)
    }
  }
  walk(xMock)
  walk(scenario)
  expect(unknown).toEqual([])
})

test('every example in the schema files is valid', () => {
  const wrong: unknown[] = []
  const walk = (schema: JsonSchema, root: JsonSchema): void => {
    if (typeof schema !== 'object') return
    for (const example of schema.examples ?? []) {
      const findings = checkGrammar(example, { ...schema, $defs: root.$defs ?? {} }, { what: 'the example' })
      if (findings.length > 0) wrong.push({ example, findings })
    }
    for (const part of Object.values({ ...schema.$defs, ...schema.properties })) walk(part, root)
    for (const part of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(part, root)
    if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, root)
    if (schema.items) walk(schema.items, root)
  }
  walk(xMock, xMock)
  walk(scenario, scenario)
  expect(wrong).toEqual([])
})

test('every keyword has a description or leads to one', () => {
  const silent: string[] = []
  for (const root of [xMock, scenario]) {
    for (const [name, schema] of Object.entries(root.$defs ?? {})) {
      for (const [key, property] of Object.entries(schema.properties ?? {})) {
        const target = property.$ref === undefined ? property : root.$defs?.[property.$ref.slice('#/$defs/'.length)]
        if (!property.description && !target?.description) silent.push(`${name}.${key}`)
      }
    }
  }
  expect(silent).toEqual([])
})

test('findings carry the pointer prefix they are given', () => {
  const findings = checkGrammar({ limits: [{}] }, schemaOf('root'), { what: 'x-mock', at: '/x-mock' })
  expect(findings).toEqual([
    {
      code: 'missing-keyword',
      pointer: '/x-mock/limits/0',
      message: '"algorithm" is missing from a limit. Write for example: algorithm: token-bucket',
    },
  ])
})

test('__proto__ is refused as a name and as a keyword', () => {
  const text = '{ "accounts": { "__proto__": {}, "constructor": {} }, "__proto__": 1 }'
  const data: unknown = JSON.parse(text)
  expect(checkGrammar(data, schemaOf('root'), { what: 'x-mock' }).map(({ code, pointer }) => [code, pointer])).toEqual([
    ['forbidden-key', '/accounts/__proto__'],
    ['forbidden-key', '/accounts/constructor'],
    ['unknown-keyword', '/__proto__'],
  ])
  expect(ajvAccepts('root', data)).toBe(false)
})

test('a block of five hundred lines is checked in a moment', () => {
  const limit = { name: 'x', algorithm: 'fixed-window', limit: '{$plan.x}', window: '1m', refuse: 'TooMany#a' }
  const block = { limits: Array.from({ length: 100 }, () => limit) }
  const check = () => expect(checkGrammar(block, schemaOf('root'), { what: 'x-mock' })).toEqual([])
  const times = Array.from({ length: 20 }, () => processorTime(check))
  expect(Math.min(...times)).toBeLessThan(5)
})

test.each([
  ['outofcredits', 'out-of-credits'],
  ['limts', 'limits'],
  ['Limits', 'limits'],
  ['out_of_credits', 'out-of-credits'],
  ['authentciate', 'authenticate'],
  ['credit', 'credits'],
  ['rate-limit', 'rate-limited'],
  ['getjob', 'getJob'],
])('takes "%s" for "%s"', (name, meant) => {
  const known = ['limits', 'happy-path', 'out-of-credits', 'authenticate', 'credits', 'rate-limited', 'getJob', 'id']
  expect(nearest(name, known)).toBe(meant)
})

test('takes nothing for what is far from all', () => {
  expect(nearest('zebra', ['limits', 'plans', 'id'])).toBeUndefined()
  expect(nearest('x', ['a', 'b'])).toBeUndefined()
  expect(nearest('', ['a'])).toBeUndefined()
  expect(nearest('limits', [])).toBeUndefined()
})

test('a hint names the nearest, else all when they are few', () => {
  expect(didYouMean('limts', ['limits', 'plans'])).toBe(' Did you mean "limits"?')
  expect(didYouMean('zebra', ['limits', 'plans'])).toBe(' Known: limits, plans.')
  expect(didYouMean('zebra', [])).toBe('')
  expect(didYouMean('zebra', 'abcdefghijklm')).toBe('')
})

test('a name is found again after one slip', () => {
  const names = [
    'limits',
    'collections',
    'out-of-credits',
    'getJob',
    'plans',
    'authenticate',
    'jobs',
    'TooManyRequests',
  ]
  const slips = fc.record({
    name: fc.constantFrom(...names),
    at: fc.nat({ max: 30 }),
    letter: fc.constantFrom(...'abcxyz-'),
    kind: fc.constantFrom('insert', 'delete', 'replace', 'swap'),
  })
  fc.assert(
    fc.property(slips, ({ name, at, letter, kind }) => {
      const i = at % name.length
      const [before, after] = [name.slice(0, i), name.slice(i)]
      const slipped = {
        insert: before + letter + after,
        delete: before + after.slice(1),
        replace: before + letter + after.slice(1),
        swap: before + (after[1] ?? '') + (after[0] ?? '') + after.slice(2),
      }[kind]
      expect(nearest(slipped, names)).toBe(name)
    }),
  )
})

function placesIn(value: unknown): Array<[Record<string, unknown>, string]> {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [[holder, key], ...placesIn(holder[key])])
}

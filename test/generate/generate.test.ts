import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGenerator, type Generator } from '../../mocks/generate/generator.ts'
import { loadFaker } from '../../mocks/load/load-faker.ts'
import { createSchemas, type Schemas } from '../../mocks/spec/schema/validator.ts'
import { randomSchema } from '../support/data/random-schema.ts'

const text = { type: 'string' }
const person = {
  title: 'Person',
  type: 'object',
  required: ['id'],
  properties: {
    id: text,
    first_name: text,
    lastName: text,
    name: text,
    email: { type: 'string', format: 'email' },
    phone: text,
    company: { type: 'object', properties: { name: text, domain: text } },
    website: { type: 'string', format: 'uri' },
    created_at: { type: 'string', format: 'date-time' },
  },
}

function schemasOf(components: Readonly<Record<string, unknown>> = {}, version = '3.1.0'): Schemas {
  return createSchemas({ components: { schemas: components } }, { version })
}

function generatorOf(schemas = schemasOf(), seed: string | number = 1): Generator {
  return createGenerator({ schemas, seed, loadFaker })
}

const schemas = schemasOf()
const generator = generatorOf(schemas)

function make(schema: object | boolean, ...identity: ReadonlyArray<string | number>): unknown {
  return generator.generate(schema, identity.length > 0 ? identity : ['test'])
}

type People = Readonly<
  Record<'first_name' | 'lastName' | 'name' | 'email' | 'phone' | 'website' | 'created_at', string>
> & {
  readonly company: Readonly<Record<'name' | 'domain', string>>
}

test('the same seed and identity give the same value, in another generator and in any order', () => {
  const other = generatorOf(schemasOf())
  const there = [3, 1, 2].map((id) => other.generate(person, ['seek', 'people', id]))
  const here = [1, 2, 3].map((id) => make(person, 'seek', 'people', id))
  expect([there[1], there[2], there[0]]).toEqual(here)
  expect(new Set(here.map((entry) => JSON.stringify(entry))).size).toBe(3)
  expect(generatorOf(schemasOf(), 2).generate(person, ['seek', 'people', 1])).not.toEqual(here[0])
})

test('a field depends on no other field and not on the order of the properties', () => {
  const whole = make(person, 'seek', 'people', 1) as People
  const { id, email, first_name } = person.properties
  const part = make({ title: 'Person', type: 'object', properties: { first_name, email, id } }, 'seek', 'people', 1)
  expect(part).toEqual({
    first_name: whole.first_name,
    email: whole.email,
    id: (whole as unknown as { id: string }).id,
  })
})

test('10,000 people cannot be reached, and their names fit their addresses', () => {
  for (let id = 0; id < 10_000; id++) {
    const made = make(person, 'people', id) as People
    const letters = (word: string): string =>
      word
        .toLowerCase()
        .normalize('NFD')
        .replaceAll(/[^a-z]/g, '')
    expect(made.phone).toMatch(/^\+1\d{3}55501\d\d$/)
    expect(made.email).toMatch(/^[a-z-]+\.[a-z-]+@[a-z-]+\.example$/)
    expect(letters(made.email.split('@')[0]!)).toBe(letters(made.first_name) + letters(made.lastName))
    expect(made.email.split('@')[1]).toBe(made.company.domain)
    expect(letters(made.company.domain.replace('.example', ''))).toBe(letters(made.company.name))
    expect(made.website).toBe(`https://${made.company.domain}`)
    expect(made.name).toBe(`${made.first_name} ${made.lastName}`)
  }
})

test('a phone number takes the form that its pattern asks for', () => {
  const phone = (pattern: string): unknown => make({ properties: { phone: { type: 'string', pattern } } })
  expect(phone('^\\d{3}-\\d{3}-\\d{4}$')).toMatchObject({ phone: expect.stringMatching(/^\d{3}-555-01\d\d$/) })
  expect(phone('^\\(\\d{3}\\) ')).toMatchObject({ phone: expect.stringMatching(/^\(\d{3}\) 555-01\d\d$/) })
})

test('people in a list differ, a nested profile is the same person', () => {
  const schema = {
    type: 'array',
    minItems: 3,
    items: {
      type: 'object',
      properties: { email: text, profile: { type: 'object', properties: { email: text } }, owner: person },
    },
  }
  const list = make(schema) as ReadonlyArray<{ email: string; profile: { email: string }; owner: { email: string } }>
  expect(new Set(list.flatMap(({ email, owner }) => [email, owner.email])).size).toBe(6)
  for (const { email, profile } of list) expect(profile.email).toBe(email)
})

test('a full name is a person’s, whatever stands around it, unless its noun says otherwise', () => {
  const names = (title: string, ...properties: readonly string[]) =>
    make({
      title,
      type: 'object',
      required: properties,
      properties: Object.fromEntries(properties.map((name) => [name, text])),
    }) as Readonly<Record<string, string>>
  const { full_name: person } = names('Person', 'full_name')
  expect(person).toMatch(/^[A-Z][a-z]+ \w+$/)
  const around = ['headline', 'industry', 'website', 'domain', 'sku', 'city', 'alpha2']
  for (const name of [
    'full_name',
    'fullName',
    'FullName',
    'fullname',
    'full-name',
    'customer_full_name',
    'owner_fullname',
  ])
    for (const others of [[], ...around.map((other) => [other]), around])
      expect([name, others, names('', name, ...others)[name]]).toEqual([name, others, person])
  const company = names('Company', 'name')['name']
  expect(names('Company', 'full_name')['full_name']).toBe(company)
  expect(names('', 'company_full_name')['company_full_name']).toBe(company)
  expect(names('Repository', 'full_name')['full_name']).not.toBe(person)
  expect(names('', 'project_full_name')['project_full_name']).not.toBe(person)
})

test('name means a person, a company or a thing by what stands around it', () => {
  const named = { type: 'object', properties: { name: text } }
  const value = make({ properties: { owner: named, organization: named, project: named } }, 1) as Readonly<
    Record<string, { name: string }>
  >
  expect(value).toEqual({
    owner: { name: 'Kay Cartwright' },
    organization: { name: 'Johnston Works' },
    project: { name: 'Global Assurance Project' },
  })
})

test('dates are computed from the given instant, in whole seconds', () => {
  const date = { type: 'string', format: 'date-time' }
  const schema = { properties: { created_at: date, updated_at: date, expires_at: date } }
  const now = Date.UTC(2026, 2, 16, 10, 0, 0, 500)
  for (let id = 0; id < 100; id++) {
    const made = generator.generate(schema, [id], { now }) as Record<string, string>
    expect(made['created_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const [created, updated, expires] = Object.values(made).map((value) => Date.parse(value))
    expect(created! < updated! && updated! < now && now < expires!).toBe(true)
  }
})

test('an integer that is named like an instant is one', () => {
  const made = make({ properties: { created_at: { type: 'integer' }, updated_at_ms: { type: 'integer' } } }) as Record<
    string,
    number
  >
  expect(new Date(made['created_at']! * 1000).getUTCFullYear()).toBe(2025)
  expect(new Date(made['updated_at_ms']!).getUTCFullYear()).toBe(2025)
})

test('generated values fit their schemas: 200 random schemas', () => {
  fc.assert(
    fc.property(randomSchema, fc.nat(1000), (schema, identity) => {
      expect(schemas.validator(schema)(make(schema, identity))).toEqual([])
    }),
    { numRuns: 200, seed: 20260316 },
  )
})

test.each([
  ['date-time'],
  ['date'],
  ['time'],
  ['duration'],
  ['email'],
  ['uri'],
  ['uri-reference'],
  ['uri-template'],
  ['url'],
  ['uuid'],
  ['hostname'],
  ['ipv4'],
  ['ipv6'],
  ['byte'],
  ['binary'],
  ['password'],
  ['regex'],
  ['json-pointer'],
  ['json-pointer-uri-fragment'],
  ['relative-json-pointer'],
  ['iso-time'],
  ['iso-date-time'],
])('the format %s is met by 100 identities', (format) => {
  const schema = { type: 'string', format, minLength: 1 }
  for (let id = 0; id < 100; id++) expect(schemas.validator(schema)(make(schema, id))).toEqual([])
})

test.each([
  '^[A-Z]{2}\\d{2}[A-Z0-9]{4}$',
  '^(?!admin)[a-z][a-z0-9_-]{2,15}$',
  '^\\d{4}-(0[1-9]|1[0-2])$',
  '^([a-z]+)(?:-\\1)?$',
  '^(?<year>\\d{4})/\\k<year>$',
  '^[^\\s"]+$',
  '^\\p{Lu}\\p{L}+$',
  '^[\\w.-]+@[\\w-]+\\.[a-z]{2,}$',
  '^0x[\\da-f]{40}$',
  '^\\$[0-9]+(?:\\.[0-9]{2})?$',
  '^.{5,}$',
  '^[a\\-z\\]]{3}\\x41\\u0042$',
  'prefix-\\d+',
  '\\bword\\b',
  '^(GET|PUT) /[a-z/]*$',
])('a text is made for the pattern %s', (pattern) => {
  for (let id = 0; id < 50; id++) expect(make({ type: 'string', pattern }, id)).toMatch(new RegExp(pattern, 'u'))
})

test('a pattern and a length hold together', () => {
  const schema = { type: 'string', pattern: '^[a-z0-9-]+$', minLength: 30, maxLength: 32 }
  for (let id = 0; id < 50; id++) expect(schemas.validator(schema)(make(schema, id))).toEqual([])
})

test.each([
  [{ type: 'integer', minimum: 5, maximum: 5 }, 5],
  [{ type: 'integer', exclusiveMinimum: 5, exclusiveMaximum: 7 }, 6],
  [{ type: 'number', multipleOf: 0.25, exclusiveMinimum: 1, maximum: 1.25 }, 1.25],
  [
    {
      allOf: [
        { type: 'number', minimum: 3 },
        { type: 'integer', maximum: 3 },
      ],
    },
    3,
  ],
  [{ const: { a: 1 } }, { a: 1 }],
  [{ enum: [null, 'only'] }, 'only'],
  [{ type: 'null' }, null],
  [{ type: ['null', 'integer'], minimum: 1, maximum: 1 }, 1],
  [{ oneOf: [{ type: 'null' }, { const: 'real' }] }, 'real'],
  [{ anyOf: [{ type: 'integer', minimum: 9, maximum: 1 }, { const: 'viable' }] }, 'viable'],
  [{ type: 'object' }, {}],
  [
    {
      type: 'array',
      items: { enum: ['a', 'b'] },
      uniqueItems: true,
      minItems: 2,
      maxItems: 2,
      contains: { const: 'b' },
    },
    ['b', 'a'],
  ],
  [{ type: 'object', properties: { a: { const: 1 }, b: { const: 2 } }, not: { required: ['b'] } }, { a: 1 }],
  [{ type: 'object', properties: { a: { const: 1 }, b: { const: 2 } }, maxProperties: 1, required: ['b'] }, { b: 2 }],
  [{ properties: { a: { const: 1 }, b: { const: 2 } }, oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }],
  [
    {
      required: ['a'],
      properties: { b: { const: 2 } },
      dependentRequired: { b: ['c'] },
      additionalProperties: { const: 3 },
    },
    { b: 2, a: 3, c: 3 },
  ],
  [
    {
      properties: { k: { const: 'x' } },
      required: ['k'],
      if: { properties: { k: { const: 'x' } } },
      then: { required: ['l'], properties: { l: { const: 1 } } },
    },
    { k: 'x', l: 1 },
  ],
])('%j gives the only value that fits, or the best one', (schema, value) => {
  expect(make(schema)).toEqual(value)
  expect(schemas.validator(schema)(make(schema))).toEqual([])
})

test('an example goes first when it fits its schema', () => {
  expect(make({ type: 'string', examples: ['from the vendor'] })).toBe('from the vendor')
  expect(make({ type: 'object', required: ['a'], example: { a: 1 } })).toEqual({ a: 1 })
  expect(make({ type: 'integer', example: 'seven', minimum: 7, maximum: 7 })).toBe(7)
  expect(make({ type: 'string', format: 'uuid', example: 'no uuid' })).toMatch(/^[0-9a-f-]{36}$/)
  expect(generator.generate({ const: 'made', examples: ['made'] }, ['a'], { examples: false })).toBe('made')
  expect(generator.generate({ type: 'string', maxLength: 3, example: 'abc' }, ['a'], { examples: false })).not.toBe(
    'abc',
  )
})

test('an example is shown once in a list', () => {
  const list = make({ type: 'array', minItems: 3, items: { type: 'string', example: 'octocat' } }) as readonly string[]
  expect(list.filter((entry) => entry === 'octocat')).toEqual(['octocat'])
})

test('a branch with a discriminator names itself', () => {
  const document = schemasOf({
    Cat: { type: 'object', required: ['kind'], properties: { kind: text } },
    Dog: { type: 'object', required: ['kind'], properties: { kind: text } },
  })
  const oneOf = [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
  const generate = (discriminator: object): unknown =>
    generatorOf(document).generate({ anyOf: oneOf, discriminator }, ['a'])
  expect(generate({ propertyName: 'kind' })).toEqual({ kind: 'Cat' })
  expect(generate({ propertyName: 'kind', mapping: { dog: oneOf[1]!.$ref, cat: oneOf[0]!.$ref } })).toEqual({
    kind: 'cat',
  })
})

test('a schema that contains itself ends', () => {
  const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` })
  const names = Array.from({ length: 14 }, (_, index) => `T${index}`)
  const every = Object.fromEntries(names.map((name) => [name, ref(name)]))
  const document = schemasOf({
    Tree: { type: 'object', required: ['children'], properties: { children: { type: 'array', items: ref('Tree') } } },
    List: { type: 'object', required: ['next'], properties: { next: { anyOf: [ref('List'), { type: 'null' }] } } },
    Nullable: { type: ['object', 'null'], required: ['next'], properties: { next: ref('Nullable') } },
    Rule: {
      oneOf: [
        { type: 'object', required: ['all'], properties: { all: { type: 'array', minItems: 1, items: ref('Rule') } } },
        { type: 'object', required: ['field'], properties: { field: text } },
      ],
    },
    ...Object.fromEntries(names.map((name) => [name, { type: 'object', properties: every }])),
  })
  const recursive = generatorOf(document)
  for (const name of ['Tree', 'List', 'Nullable', 'Rule', 'T0']) {
    const value = recursive.generate(`#/components/schemas/${name}`, ['a'])
    expect(document.validator(`#/components/schemas/${name}`)(value)).toEqual([])
    expect(JSON.stringify(value).length).toBeLessThan(20_000)
  }
})

test('objects that are not required end at the depth that is given', () => {
  const schema = { properties: { a: { properties: { b: { properties: { c: { const: 1 } } } } } } }
  expect(generator.generate(schema, ['x'])).toEqual({ a: { b: { c: 1 } } })
  expect(generator.generate(schema, ['x'], { depth: 1 })).toEqual({ a: {} })
})

test('a direction leaves out what does not travel in it', () => {
  const schema = { properties: { id: { const: 1, readOnly: true }, password: { const: 's', writeOnly: true } } }
  expect(make(schema)).toEqual({ id: 1, password: 's' })
  expect(generator.generate(schema, ['a'], { direction: 'response' })).toEqual({ id: 1 })
  expect(generator.generate(schema, ['a'], { direction: 'request' })).toEqual({ password: 's' })
})

test('schemas of OpenAPI 3.0 give values of theirs', () => {
  const old = generatorOf(schemasOf({}, '3.0.3'))
  expect(old.generate({ type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 2 }, ['a'])).toBe(2)
  expect(old.generate({ type: 'string', nullable: true, enum: ['a'] }, ['a'])).toBe('a')
})

test('generateValid finds the variant that is valid', () => {
  const schema = {
    oneOf: [
      { type: 'integer', minimum: 1 },
      { type: 'number', minimum: 0 },
    ],
  }
  const validate = schemas.validator(schema)
  expect(validate(make(schema))).toHaveLength(1)
  expect(generator.generateValid(schema, ['a'], validate).issues).toEqual([])
})

test('generateValid says what is wrong when nothing fits', () => {
  const schema = { type: 'object', required: ['a'], properties: { a: false } }
  expect(generator.generateValid(schema, ['a'], schemas.validator(schema))).toEqual({
    value: {},
    issues: [expect.objectContaining({ keyword: 'required', path: '/a', message: 'a is required' })],
  })
})

test('names are loaded by the first field that needs one', () => {
  let loads = 0
  const lazy = createGenerator({
    schemas,
    seed: 1,
    loadFaker: (randomizer) => {
      loads++
      return loadFaker(randomizer)
    },
  })
  lazy.generate({ properties: { id: text, count: { type: 'integer' }, created_at: text } }, ['a'])
  expect(loads).toBe(0)
  lazy.generate({ properties: { email: text, city: text } }, ['a'])
  expect(loads).toBe(1)
})

test('a schema that contradicts itself gets the value that is nearest to it, and the rest of its object is as usual', () => {
  const kind = { type: 'object', required: ['name'], enum: ['PKW', 'VAN'] }
  const strict = {
    allOf: [{ required: ['id'], properties: { id: { const: 7 } } }],
    additionalProperties: false,
  }
  const bounds = { type: 'integer', minimum: 5, maximum: 3 }
  expect(make({ required: ['kind', 'ok'], properties: { kind, ok: { const: true } } })).toEqual({
    kind: expect.stringMatching(/^(?:PKW|VAN)$/),
    ok: true,
  })
  expect(make(strict)).toEqual({ id: 7 })
  expect(make(bounds)).toBeGreaterThanOrEqual(5)
  expect(make({ required: ['a', 'b'], properties: { a: false, b: { const: 1 } } })).toEqual({ b: 1 })
  expect(
    make({ required: ['a'], properties: { a: { allOf: [{ enum: [1] }, { enum: [2] }], type: 'integer' } } }),
  ).toEqual({
    a: expect.any(Number),
  })
  expect(make(false)).toBeNull()
})

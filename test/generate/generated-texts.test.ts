import { describe, expect, test } from 'vitest'
import { createGenerator } from '../../mocks/generate/generator.ts'
import { loadFaker } from '../../mocks/load/load-faker.ts'
import type { Reason, ReasonIssue } from '../../mocks/spec/model/reason.ts'
import { createSchemas } from '../../mocks/spec/schema/validator.ts'

const schemas = createSchemas({}, { version: '3.1.0' })
const generator = createGenerator({ schemas, seed: 1, loadFaker })
const text = { type: 'string' }
const number = { type: 'number' }
const integer = { type: 'integer' }
const instant = { type: 'string', format: 'date-time' }

/** An object of texts, called as a schema calls it. */
function object(title: string, ...names: readonly string[]): object {
  return { title, type: 'object', properties: Object.fromEntries(names.map((name) => [name, text])) }
}

function make(schema: object, identity: string | number = 'a'): unknown {
  const value = generator.generate(schema, [identity])
  expect(schemas.validator(schema)(value)).toEqual([])
  return value
}

test.each([
  [
    object('Worker', 'full_name', 'email', 'username', 'job_title', 'phone'),
    {
      full_name: 'Gwen Mueller',
      email: 'gwen.mueller@schneider-partners.example',
      username: 'gwen-mueller',
      job_title: 'Research Technician',
      phone: '+14155550138',
    },
  ],
  [
    object('CompanyResponse', 'name', 'domain', 'website'),
    {
      name: 'Schneider Partners',
      domain: 'schneider-partners.example',
      website: 'https://schneider-partners.example',
    },
  ],
  [
    object('Campaign', 'name', 'slug', 'description'),
    {
      name: 'Global Quality Campaign',
      slug: 'global-quality-campaign',
      description: 'The campaign that Conn Foods uses for accounts.',
    },
  ],
  [
    object('Product', 'name', 'description', 'currency'),
    {
      name: 'Luxurious Metal Table',
      description: 'Luxurious Metal Table, with two years of warranty.',
      currency: 'USD',
    },
  ],
  [object('Book', 'title', 'author'), { title: "Tess of the d'Urbervilles", author: 'Gwen Mueller' }],
  [
    object('Country', 'name', 'code', 'alpha3', 'currency'),
    { name: 'Poland', code: 'PL', alpha3: 'POL', currency: 'PLN' },
  ],
  [
    object('Message', 'subject', 'body'),
    { subject: 'Global Quality', body: 'Audie takes over the operations tasks from Monday on.' },
  ],
  [object('Run', 'error_message'), { error_message: 'The connection timed out before the transfer was complete.' }],
])('texts say what their names and the object say: %j', (schema, value) => {
  expect(make(schema)).toEqual(value)
})

test('an address is one place, and so is the phone number', () => {
  const address = { ...object('Address', 'city', 'state', 'state_code', 'postal_code', 'country', 'timezone', 'phone') }
  const { properties } = address as { properties: object }
  expect(make({ ...address, properties: { ...properties, latitude: number, longitude: number } })).toEqual({
    city: 'San Francisco',
    state: 'California',
    state_code: 'CA',
    postal_code: '94103',
    country: 'United States',
    timezone: 'America/Los_Angeles',
    phone: '+14155550138',
    latitude: 37.7749,
    longitude: -122.4194,
  })
})

test('name, extension and media type of a file agree, also where the schema lists them', () => {
  for (let id = 0; id < 50; id++) {
    const file = make(object('FileUpload', 'name', 'mime_type', 'extension'), id) as Record<string, string>
    expect(file['name']!.endsWith(`.${file['extension']}`)).toBe(true)
    const types: Record<string, string> = {
      pdf: 'application/pdf',
      csv: 'text/csv',
      txt: 'text/plain',
      json: 'application/json',
    }
    expect(file['mime_type']).toBe(types[file['extension']!])
    const image = make(
      {
        properties: {
          format: { enum: ['jpeg', 'png'] },
          content_type: { enum: ['image/png', 'image/jpeg', 'image/gif'] },
        },
      },
      id,
    ) as Record<string, string>
    expect(image['content_type']).toBe(`image/${image['format']}`)
  }
})

test('instants of one object follow from one another', () => {
  const names = ['created_at', 'started_at', 'finished_at', 'updated_at', 'expires_at']
  const schema = { properties: Object.fromEntries(names.map((name) => [name, instant])) }
  for (let id = 0; id < 100; id++) {
    const times = Object.values(make(schema, id) as Record<string, string>)
    expect(times).toEqual([...times].sort())
  }
})

test('a count of a list is the list’s length, as far as the count’s bounds allow it', () => {
  const users = { type: 'array', minItems: 3, maxItems: 3, items: object('User', 'name') }
  const schema = { properties: { users, total: integer, users_count: integer, page: integer, total_pages: integer } }
  expect(make(schema)).toMatchObject({ total: 3, users_count: 3, page: 1, total_pages: 1 })
  expect(make({ properties: { users, total: { type: 'integer', minimum: 10, maximum: 10 } } })).toMatchObject({
    total: 10,
  })
})

test('a minimum is never more than its maximum', () => {
  for (let id = 0; id < 100; id++) {
    const range = make({ properties: { min_price: number, max_price: number } }, id) as Record<string, number>
    expect(range['min_price']).toBeLessThan(range['max_price']!)
  }
})

test.each([
  [{ properties: { country: { ...text, minLength: 2, maxLength: 2 } } }, { country: 'US' }],
  [{ properties: { note: { ...text, maxLength: 10 } } }, { note: 'Please add' }],
  [{ properties: { currency: { ...text, pattern: '^[a-z]{3}$' } } }, { currency: 'usd' }],
  [{ enum: [1, 2, 3, 9], minimum: 5 }, 9],
  [{ enum: ['a', 'bb', 'cccc'], minLength: 4 }, 'cccc'],
  [{ ...text, pattern: '@acme\\.com$', format: 'email' }, 'gwen.mueller@acme.com'],
  [{ ...text, pattern: '^2024-', format: 'date-time' }, '2024-10-28T18:03:05Z'],
])('the schema wins: %j', (schema, value) => {
  expect(make(schema)).toEqual(value)
})

test('a text that has to be long is made of sentences', () => {
  const { note } = make({ properties: { note: { ...text, minLength: 150 } } }) as { note: string }
  expect(note.match(/[.?] [A-Z]/g)!.length).toBeGreaterThan(0)
  expect(note).not.toMatch(/(\w)\1{3}/)
})

test('a map that holds itself ends', () => {
  const components = {
    schemas: { Tree: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Tree' } } },
  }
  const own = createSchemas({ components }, { version: '3.1.0' })
  const value = createGenerator({ schemas: own, seed: 1, loadFaker }).generate('#/components/schemas/Tree', ['a'])
  expect(value).toEqual({ 'internal-infrastructure': {} })
})

describe('an error whose map of issues holds itself', () => {
  const components = {
    schemas: {
      Issue: { type: 'object', properties: { code: integer, message: text }, required: ['code', 'message'] },
      Details: {
        oneOf: [
          { type: 'object', additionalProperties: { $ref: '#/components/schemas/Details' } },
          { $ref: '#/components/schemas/Inner' },
        ],
      },
      Inner: {
        type: 'object',
        properties: { _errors: { type: 'array', items: { $ref: '#/components/schemas/Issue' } } },
        required: ['_errors'],
        additionalProperties: false,
      },
      Endless: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Endless' } },
      Even: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Odd' } },
      Odd: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Even' } },
      Wide: {
        type: 'object',
        properties: { errors: { $ref: '#/components/schemas/Even' }, problems: { $ref: '#/components/schemas/Many' } },
      },
      Many: { type: 'array', items: { $ref: '#/components/schemas/Wide' } },
    },
  }
  const own = createSchemas({ components }, { version: '3.1.0' })
  const from = createGenerator({ schemas: own, seed: 1, loadFaker })
  const issueAt = (field: string): ReasonIssue => ({
    field,
    location: ['body', field],
    place: 'body',
    pointer: `/${field}`,
    keyword: 'required',
    message: `${field} is required`,
    seen: undefined,
  })
  const errorsAs = (name: string, count: number): unknown => {
    const fields = ['name', 'image', ...Array.from({ length: 28 }, (_, index) => `field${index}`)]
    const schema = { type: 'object', properties: { errors: { $ref: `#/components/schemas/${name}` } } }
    const reason: Reason = {
      status: 400,
      title: 'Bad Request',
      sentence: 'The request is not valid.',
      issues: fields.slice(0, count).map(issueAt),
      path: '/',
      method: 'POST',
    }
    const value = from.generate(schema, ['a'], { reason })
    expect(own.validator(schema)(value)).toEqual([])
    return value
  }

  test('has what is wrong with each field in the branch that ends', () => {
    expect(errorsAs('Details', 2)).toEqual({
      errors: {
        name: { _errors: [{ code: 400, message: 'name is required' }] },
        image: { _errors: [{ code: 400, message: 'image is required' }] },
      },
    })
  })

  test('has no field where nothing is known to be wrong', () => {
    expect(errorsAs('Details', 0)).toEqual({ errors: {} })
  })

  test.each([
    ['Endless', { errors: {} }],
    ['Even', { errors: { name: {}, image: {} } }],
  ])('ends where no branch does: %s', (name, value) => {
    expect(errorsAs(name, 2)).toEqual(value)
  })

  test('grows with the number of issues and not with its power', () => {
    const sizeOf = (name: string, count: number): number => JSON.stringify(errorsAs(name, count)).length
    for (const name of ['Details', 'Even', 'Wide']) expect(sizeOf(name, 20)).toBeLessThan(15 * sizeOf(name, 2))
  })
})

import { assemble } from '../../mocks/connect/mock/create-mock.ts'
import { baseFor, type BuiltRequest, initOf } from '../../mocks/request/build-request.ts'
import type { Operation } from '../../mocks/spec/model/operation/operation.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'
import { isRecord } from '../../mocks/spec/values/is-record.ts'
import { effort, requestsTo, shellLine } from './requests.ts'

/** Two dates without a first digit in common, to detect values that depend on the clock. */
const DAYS = ['2026-03-16T10:00:00Z', '1999-12-31T00:00:00Z']
/** Characters of an answer that a page shows. */
const SHOWN = 240
/** Number of fields that the page's test compares. */
const COMPARED = 3

/** A request with an existing id, and the parts of its answer that do not depend on the date. */
export interface Example {
  readonly operation: Operation
  readonly request: BuiltRequest
  readonly url: string
  readonly status: number
  readonly text: string
  readonly fields: Fields
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Finds the simplest operation that returns one item by id, else the simplest that returns an object.
 *
 * @throws Error for a vendor without such an operation
 */
export async function findExample(name: string): Promise<Example> {
  const mocks = DAYS.map((at) => assemble({ vendors: [name], clock: { at, frozen: true } }))
  try {
    const { library } = mocks[0]!
    const vendor = library.vendor(name)
    const requestTo = requestsTo(library, vendor)
    for (const operation of byPlainness(vendor)) {
      const request = requestTo(operation)
      const url = baseFor(mocks[0]!, request) + request.path
      const answers = await Promise.all(mocks.map(({ mock }) => mock.fetch(url, initOf(request))))
      const [first, second] = (await Promise.all(answers.map((answer) => answer.text()))) as [string, string]
      const fields = answers[0]!.ok ? sameFields(parse(first), parse(second)) : undefined
      if (fields) return { operation, request, url, status: answers[0]!.status, text: shared(first, second), fields }
    }
  } finally {
    for (const { mock } of mocks) mock.close()
  }
  throw new Error(
    `Failed to find an example for the page of ${name}: no operation answers an object with fields to compare.`,
  )
}

/** The start of a page: a server and a request in a shell, then the same in a test. */
export function examplePart(vendor: Vendor, { operation, request, url, status, text, fields }: Example): string[] {
  const headers = Object.fromEntries(request.headers)
  const init = [
    ...(request.method === 'GET' ? [] : [`method: '${request.method}'`]),
    ...(request.headers.length > 0 ? [`headers: ${literal(headers)}`] : []),
    ...(request.body === undefined ? [] : [`body: ${bodyText(request.body)}`]),
  ]
  return [
    ['```console serve', `$ npx sparring serve ${vendor.name}`, '…', '```'].join('\n'),
    ['```console', `$ ${shellLine(vendor, request).replace('curl', 'curl -s')}`, `${text}…`, '```'].join('\n'),
    'The same in a test, without a server:',
    [
      '```ts test',
      "import { createMock } from 'sparring'",
      "import { expect, onTestFinished, test } from 'vitest'",
      '',
      `test('${operation.id} answers', async () => {`,
      `  const mock = createMock({ vendors: ['${vendor.name}'] })`,
      '  onTestFinished(() => mock.close())',
      `  const answer = await mock.fetch(${literal(url)}, { ${init.join(', ')} })`,
      `  expect(answer.status).toBe(${status})`,
      `  expect(await answer.json()).toMatchObject(${literal(fields)})`,
      '})',
      '```',
    ].join('\n'),
  ]
}

function bodyText(body: string): string {
  const value = parse(body)
  return value === undefined ? literal(body) : `JSON.stringify(${literal(value)})`
}

function byPlainness(vendor: Vendor): Operation[] {
  const depth = ({ path }: Operation): number => path.split('/').length
  return [...vendor.operations.values()].sort(
    (left, right) => rankOf(left) - rankOf(right) || effort(left) - effort(right) || depth(left) - depth(right),
  )
}

/** 0 returns an item by an existing id; 1 needs nothing; 2 needs invented values. */
function rankOf({ method, parameters, items }: Operation): 0 | 1 | 2 {
  if (parameters.some(({ name, required }) => required && !items.has(name))) return 2
  return method === 'GET' && items.size > 0 ? 0 : 1
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The first short fields that two answers share, or that a part of them shares. */
function sameFields(one: unknown, other: unknown): Fields | undefined {
  if (!isRecord(one) || !isRecord(other)) return undefined
  const same = Object.entries(one).filter(([name, value]) => other[name] === value && String(value).length < 60)
  const plain = same.filter(([, value]) => /^(?:string|number|boolean)$/.test(typeof value)).slice(0, COMPARED)
  if (plain.length > 0) return Object.fromEntries(plain)
  for (const [name, value] of Object.entries(one)) {
    const inner = sameFields(value, other[name])
    if (inner) return { [name]: inner }
  }
  return undefined
}

/** The start of two answers, truncated for readers. */
function shared(one: string, other: string): string {
  let length = 0
  while (length < Math.min(SHOWN, one.length - 1) && one[length] === other[length]) length++
  return one.slice(0, length)
}

/** A value in TypeScript syntax; the formatter adjusts the quotes. */
function literal(value: unknown): string {
  return JSON.stringify(value)
}

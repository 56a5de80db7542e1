import { buildRequest } from '../../../mocks/request/build-request.ts'
import { createBuilder } from '../../../mocks/request/builder.ts'
import { createLibrary } from '../../../mocks/load/library.ts'
import { createSituation } from '../../../mocks/load/situations.ts'
import { expect, test } from 'vitest'
import type { Operation } from '../../../mocks/spec/model/operation/operation.ts'
import type { PageStyle } from '../../../mocks/spec/model/operation/steps.ts'
import type { Vendor } from '../../../mocks/spec/model/vendor.ts'
import { frozenMock } from '../../support/mock/mock.ts'

type Data = Readonly<Record<string, unknown>>

const library = createLibrary()
/** Seal's lists are the work of its own code, and have tests of their own. */
const VENDORS = library.vendorNames().filter((name) => name !== 'seal')

/** What one call of a list gave. */
interface Page {
  readonly items: readonly Data[]
  /** Every number in the answer that is called a total. */
  readonly totals: readonly number[]
  readonly body: unknown
}

/** A vendor's lists, read as a client reads them. */
function reader(name: string) {
  const vendor = library.vendor(name)
  const situation = createSituation(library, new Map([[vendor.name, vendor]]), [])
  const builder = createBuilder(vendor, library.specOf(vendor).source, situation)
  const mock = frozenMock({ vendors: [name] })
  const origin = vendor.servers[0]!.origin
  const send = async (operation: Operation, params: ReadonlyMap<string, string>, change: (body: Data) => Data) => {
    const request = buildRequest(builder, operation, { params })
    const body =
      request.body !== undefined && request.body.startsWith('{')
        ? JSON.stringify(change(JSON.parse(request.body) as Data))
        : request.body
    // No limit of the vendor shall get in the way.
    await mock.clock.advance('61s')
    const response = await mock.fetch(origin + request.path, {
      method: request.method,
      headers: request.headers.map(([key, value]) => [key, value]),
      ...(body !== undefined && { body }),
    })
    return { status: response.status, body: (await response.json()) as unknown }
  }
  return { vendor, mock, send }
}

function listsOf(vendor: Vendor): Operation[] {
  return [...vendor.operations.values()].filter(
    (operation) =>
      operation.collection?.do === 'list' &&
      operation.collection.keys === undefined &&
      operation.success !== undefined &&
      /\bjson\b/.test(operation.success.mediaType ?? ''),
  )
}

/** How a list is cut, if a request can ask for another page than the first. */
function pagesOf({ collection, parameters }: Operation): PageStyle | undefined {
  const page = collection?.page
  return page?.in === 'query' && !parameters.some(({ name }) => name === page.start) ? undefined : page
}

/** The list of an answer: the answer itself, or the first one in it. */
function listOf(body: unknown): readonly Data[] {
  if (Array.isArray(body)) return body as Data[]
  if (body === null || typeof body !== 'object') return []
  const values = Object.values(body)
  // A list of texts beside it holds no items.
  const isItems = (value: unknown): boolean =>
    Array.isArray(value) && value.every((entry) => entry !== null && typeof entry === 'object')
  return (values.find(isItems) as Data[] | undefined) ?? values.map(listOf).find((list) => list.length > 0) ?? []
}

function totalsOf(value: unknown, depth = 0): number[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || depth > 2) return []
  return Object.entries(value).flatMap(([key, entry]) =>
    typeof entry === 'number' && /^total(?:Record)?(?:Count)?$/i.test(key) ? [entry] : totalsOf(entry, depth + 1),
  )
}

const asPage = (body: unknown): Page => ({ items: listOf(body), totals: totalsOf(body), body })

/** The first text called a next cursor. */
function cursorOf(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object') return undefined
  for (const [key, entry] of Object.entries(value)) {
    if (/next/i.test(key) && typeof entry === 'string') return entry
    const inner = Array.isArray(entry) ? undefined : cursorOf(entry)
    if (inner !== undefined) return inner
  }
  return undefined
}

test.each(VENDORS)(
  'every list of %s in pages of two is the whole list, and its total is true',
  { timeout: 240_000 },
  async (name) => {
    const { vendor, send } = reader(name)
    const lists = listsOf(vendor)
    let paged = 0
    for (const operation of lists) {
      const style = pagesOf(operation)
      const call = async (size: number, start: unknown) => {
        const wanted: Record<string, unknown> = style
          ? { [style.size]: size, ...(start !== undefined && { [style.start]: start }) }
          : {}
        const isQuery = style?.in === 'query'
        const { status, body } = await send(
          operation,
          new Map(isQuery ? Object.entries(wanted).map(([key, value]) => [key, String(value)] as const) : []),
          (sent) => (isQuery ? sent : { ...sent, ...wanted }),
        )
        expect(status, `${name} ${operation.id}`).toBe(operation.success!.status)
        return asPage(body)
      }
      const whole = await call(style?.max ?? 0, undefined)
      const keys = whole.items.map((item) => JSON.stringify(item))
      for (let index = 1; index < keys.length; index++)
        expect(keys[index], `${name} ${operation.id}`).not.toBe(keys[index - 1])
      for (const total of whole.totals) {
        if (style === undefined || whole.items.length < style.max)
          expect(total, `${name} ${operation.id}`).toBe(keys.length)
      }
      const isTurned = style?.in === 'body' || operation.parameters.some(({ name: known }) => known === style?.start)
      if (!style || !isTurned || whole.items.length === style.max) continue
      paged++
      const pages: string[] = []
      for (let start: unknown = first(style), round = 0; round <= keys.length; round++) {
        const page = await call(2, start)
        if (page.items.length === 0) break
        pages.push(...page.items.map((item) => JSON.stringify(item)))
        for (const total of page.totals) expect(total, `${name} ${operation.id}`).toBe(keys.length)
        if (style.style === 'cursor') {
          start = cursorOf(page.body)
          if (start === undefined) break
        } else start = Number(start) + (style.style === 'page' ? 1 : 2)
      }
      expect(pages, `${name} ${operation.id}`).toEqual(keys)
    }
    expect(lists.length).toBeGreaterThan(0)
    if (!PAGED_BY_CODE.includes(name)) expect(paged).toBeGreaterThan(0)
  },
)

function first(style: PageStyle): unknown {
  return style.style === 'page' ? 1 : style.style === 'offset' ? 0 : undefined
}

test.each(VENDORS)('an item of %s reads the same in a list and alone', { timeout: 240_000 }, async (name) => {
  const { vendor, send } = reader(name)
  let compared = 0
  for (const operation of listsOf(vendor)) {
    const collection = operation.collection!.in
    const read = [...vendor.operations.values()].find(
      (other) =>
        other.collection?.do === 'read' &&
        other.collection.in === collection &&
        other.method === 'GET' &&
        other.collection.exists === undefined &&
        other.parameters.filter((parameter) => parameter.in === 'path').length === 1 &&
        !operation.path.includes('{'),
    )
    if (!read) continue
    const param = read.parameters.find((parameter) => parameter.in === 'path')!.name
    const { body } = await send(operation, new Map(), (sent) => sent)
    for (const item of listOf(body).slice(0, 5)) {
      const key = item[collection.key]
      if (typeof key !== 'string' && typeof key !== 'number') continue
      const alone = await send(read, new Map([[param, String(key)]]), (sent) => sent)
      expect(alone.status, `${name} ${read.id} ${key}`).toBe(read.success!.status)
      const whole = alone.body as Data
      const found = Object.hasOwn(whole, collection.key)
        ? whole
        : (Object.values(whole).find(
            (entry) => entry !== null && typeof entry === 'object' && collection.key in entry,
          ) as Data)
      for (const [field, value] of Object.entries(item)) {
        if (!found || !Object.hasOwn(found, field)) continue
        compared++
        expect(found[field], `${name} ${operation.id} and ${read.id}: ${field} of ${key}`).toEqual(value)
      }
    }
  }
  if (!WITHOUT_READS.includes(name)) expect(compared).toBeGreaterThan(5)
})

/** Its agents are listed in two shapes, which its own code tells apart. */
const PAGED_BY_CODE = ['sequentum']

/** Whose items are read by lists alone. */
const WITHOUT_READS = ['seamless']

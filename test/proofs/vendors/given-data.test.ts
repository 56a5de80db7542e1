import { describe, expect, onTestFinished, test } from 'vitest'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import { createSituation } from '../../../mocks/load/situations.ts'
import { type BuiltRequest, buildRequest, initOf } from '../../../mocks/request/build-request.ts'
import { createBuilder } from '../../../mocks/request/builder.ts'
import { givenItems } from '../../../mocks/request/given-items.ts'
import type { Raw } from '../../../mocks/scenario/raw.ts'
import { dialectVendor } from '../../../mocks/spec/model/dialects.ts'
import type { Operation } from '../../../mocks/spec/model/operation/operation.ts'
import type { Vendor } from '../../../mocks/spec/model/vendor.ts'
import { parsePointer } from '../../../mocks/spec/references/pointer.ts'
import { NOW } from '../../support/mock/mock.ts'

// What is there from the start keeps the rules that the vendor sets for others.

const VENDORS = ['seal', 'seamless', 'seclai', 'seek', 'sequentum']
const LONG = { timeout: 120_000 }

/** A vendor in each of its dialects. */
const SPOKEN = VENDORS.flatMap((name) => {
  const assembled = assemble({ vendors: [name] })
  assembled.mock.close()
  const { dialect, dialects } = assembled.library.vendor(name)
  return (dialects?.names ?? [dialect]).map((spoken) => ({ name, dialect: spoken }))
})

function stand(name: string, dialect: string | undefined) {
  const vendors = { [name]: dialect === undefined ? {} : { dialect } }
  const { library, mock } = assemble({ vendors, clock: { at: NOW, frozen: true }, checkReplies: true })
  onTestFinished(() => mock.close())
  const base = library.vendor(name)
  const vendor = dialect === undefined ? base : dialectVendor(base, dialect)
  const situation = createSituation(library, new Map([[name, vendor]]), [], { dialects: new Map() })
  const builder = createBuilder(vendor, library.specOf(vendor).source, situation)
  const send = async ({ path, origin, ...request }: BuiltRequest): Promise<{ status: number; text: string }> => {
    const url = `${origin || vendor.servers[0]!.origin}${path}`
    const answer = await mock.fetch(url, initOf({ path, origin, ...request }, AbortSignal.timeout(20_000)))
    return { status: answer.status, text: await answer.text() }
  }
  return { vendor, builder, mock, send }
}

/** What a vendor says of values, whatever else an item is. */
const RULES = new Set([
  'enum',
  'const',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
])

describe.each(SPOKEN)('$name ($dialect)', ({ name, dialect }) => {
  test('each item fits the schema of its collection', () => {
    const { vendor, builder } = stand(name, dialect)
    const problems = [...vendor.collections.values()].flatMap((collection) => {
      const { schema } = collection
      if (!schema) return []
      const judge = vendor.schemas.validator(schema, { direction: 'response' })
      return [...givenItems(builder, collection)].flatMap(([key, item]) =>
        judge(item)
          .filter(({ path, keyword }) => isWritten(item, path, keyword))
          .map(({ path, message }) => `${collection.name} ${key}${path}: ${message}`),
      )
    })
    expect(problems).toEqual([])
  })

  test('each item has values that the operations which write its collection would take', () => {
    const { vendor, builder } = stand(name, dialect)
    const problems = [...vendor.operations.values()].flatMap(({ id, collection: step, body }) => {
      // What writes into a part of an item has the body of that part.
      if (!step || !body || step.do === 'list' || step.set.some(({ key }) => key === undefined)) return []
      const judges = [...body.content.values()].flatMap((schema) =>
        schema ? [vendor.schemas.validator(schema, { direction: 'request' })] : [],
      )
      return [...givenItems(builder, step.in)].flatMap(([key, item]) =>
        Object.keys(item).flatMap((field) =>
          judges.flatMap((judge) =>
            judge({ [field]: item[field] })
              .filter(({ path, keyword }) => RULES.has(keyword) && isWritten(item, path, keyword))
              .map(({ message }) => `${id}: ${step.in.name} ${key}: ${message}, and has ${String(item[field])}`),
          ),
        ),
      )
    })
    expect(problems).toEqual([])
  })

  test('each item is served as the document says', LONG, async () => {
    const { vendor, builder, mock, send } = stand(name, dialect)
    const broken: string[] = []
    for (const operation of readers(vendor)) {
      const last = operation.parameters.findLast(
        ({ name: own, in: place }) => place === 'path' && operation.items.has(own),
      )
      const keys = last ? [...givenItems(builder, operation.items.get(last.name)!).keys()] : [undefined]
      for (const key of keys) {
        const params = last && key !== undefined ? { params: new Map([[last.name, key]]) } : {}
        const { status, text } = await send(buildRequest(builder, operation, params))
        if (status >= 500) broken.push(`${operation.id} ${key ?? ''}: ${status} ${text}`)
        // Limits of a minute are no part of this.
        await mock.clock.advance('1m')
      }
    }
    expect(broken).toEqual([])
  })
})

/** A value that stands in the item and is not worked out later. */
function isWritten(item: Raw, path: string, keyword: string): boolean {
  const [field] = parsePointer(path)
  return keyword !== 'required' && field !== undefined && !String(JSON.stringify(item[field])).includes('{$')
}

function readers(vendor: Vendor): Operation[] {
  return [...vendor.operations.values()].filter(
    ({ method, leftOut, stream, job }) => method === 'GET' && leftOut === undefined && !stream && job === undefined,
  )
}

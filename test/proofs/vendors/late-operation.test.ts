import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createLibrary } from '../../../mocks/load/library.ts'
import { LateOperation } from '../../../mocks/spec/compile/operation/late-operation.ts'
import type { Operation } from '../../../mocks/spec/model/operation/operation.ts'

const proven = createLibrary()
const checked = createLibrary({ checkOwn: true })

describe.each(proven.vendorNames())('operations of %s that are compiled when they are used', (name) => {
  const own = proven.vendor(name)
  const dialects = own.dialects?.names ?? [undefined]

  it.each(dialects)('are those that are compiled at once, in dialect %s', (dialect) => {
    const [late, early] = [proven, checked].map((library) => {
      const vendor = library.vendor(name)
      return dialect === undefined ? vendor : vendor.dialects!.vendor(dialect)
    })
    expect([...late!.operations.keys()]).toEqual([...early!.operations.keys()])
    for (const [id, operation] of early!.operations) {
      const other = late!.operations.get(id)!
      expect(other).toBeInstanceOf(LateOperation)
      for (const key of Object.keys(operation) as Array<keyof Operation>)
        expect(shown(other[key]), `${id}, ${key}`).toBe(shown(operation[key]))
      expect(other.stages, id).toEqual(operation.stages)
    }
    for (const key of ['isShared', 'isWatched', 'secondOrigins'] as const) expect(late![key]).toEqual(early![key])
  })
})

it('have their keywords without being compiled', () => {
  const refuse = (): never => {
    throw new Error('It was compiled.')
  }
  const head = { ...[...proven.vendor('seek').operations.values()][0]! }
  const operation = new LateOperation(head, { job: {} }, refuse)
  expect(operation.events).toBeUndefined()
  expect(operation.charge).toBeUndefined()
  expect(() => operation.job).toThrow('It was compiled.')
})

/** Values that are made late differ in what they are made of, so functions are shown by their kind alone. */
function shown(value: unknown): string {
  return inspect(value, { depth: 3, maxArrayLength: null, maxStringLength: null }).replaceAll(
    /\[Function[^\]]*\]/g,
    'fn',
  )
}

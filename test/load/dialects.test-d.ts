import { createMock, type MockOptions } from 'sparring'
import { expectTypeOf, test } from 'vitest'

test('the dialects of a vendor of the package are literals', () => {
  createMock({ vendors: { seek: { dialect: 'usd' }, seal: {} } })
  // @ts-expect-error usdd is none
  createMock({ vendors: { seek: { dialect: 'usdd' } } })
})

test('a vendor without dialects takes none, and one of your own any', () => {
  // @ts-expect-error seal speaks in one way
  createMock({ vendors: { seal: { dialect: 'old' } } })
  expectTypeOf({ './acme.yaml': { dialect: 'legacy' }, seal: {} }).toExtend<MockOptions['vendors']>()
  expectTypeOf({ dialect: 'legacy' }).toExtend<Parameters<ReturnType<typeof createMock>['play']>[1]>()
})

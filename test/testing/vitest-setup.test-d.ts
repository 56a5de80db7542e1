import type { SparringContext } from 'sparring/vitest/setup'
import { sparring } from 'sparring/vitest/setup'
import { expectTypeOf, type inject, test } from 'vitest'
import type { TestProject } from 'vitest/node'

test('inject has the types that the setup provides', () => {
  expectTypeOf<ReturnType<typeof inject<'sparring'>>>().toEqualTypeOf<SparringContext>()
  expectTypeOf<SparringContext['vendors']['seek']['key']>().toBeString()
  // A vendor of one's own may not be there.
  expectTypeOf<Pick<SparringContext['vendors'], 'acme'>>().toExtend<{ readonly acme: object }>()
  // @ts-expect-error a vendor has no such fact
  expectTypeOf<SparringContext['vendors']['seek']['keys']>()
})

test('vitest takes it as a global setup', () => {
  expectTypeOf(sparring({ vendors: ['seek'] })).toBeCallableWith({} as TestProject)
  // @ts-expect-error seek has no such dialect
  sparring({ vendors: { seek: { dialect: 'usdd' } } })
})

import { expectTypeOf, test } from 'vitest'
import type { PageReading, TokenView } from '../../../mocks/behaviour/exchange.ts'
import type { LimitReading, Shortfall } from '../../../mocks/behaviour/outcome.ts'
import type { issueRoot } from '../../../mocks/engine/exchange/scope.ts'
import type { FIELDS } from '../../../mocks/spec/lint/lint-values.ts'

type Known<Root extends keyof typeof FIELDS> = (typeof FIELDS)[Root][number]

test('the fields that are known to lint are those that the roots have', () => {
  expectTypeOf<Known<'limit'>>().toEqualTypeOf<keyof LimitReading>()
  expectTypeOf<Known<'charge'>>().toEqualTypeOf<keyof Shortfall>()
  expectTypeOf<Known<'page'>>().toEqualTypeOf<keyof PageReading>()
  expectTypeOf<Known<'token'>>().toEqualTypeOf<keyof TokenView>()
  expectTypeOf<Known<'issue'>>().toEqualTypeOf<keyof ReturnType<typeof issueRoot>>()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer } from '../../support/mock/mock.ts'
import { type Form, scenes } from '../../support/mock/tokens.ts'

type Step =
  | { readonly do: 'refresh'; readonly pick: number }
  | { readonly do: 'both'; readonly pick: number }
  | { readonly do: 'revoke' }
  | { readonly do: 'wait'; readonly ms: number }

const DAY = 86_400_000
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('refresh' as const), pick: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('both' as const), pick: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 1999, 2000, 20 * DAY, 30 * DAY) }),
  },
)

/** What the vendor's rules come to, written down once more: one live token, and what is known of the others. */
class Model {
  now = 0
  dead = false
  live = 0
  readonly issuedAt = [0]
  readonly replacedAt: number[] = []

  /** Whether this use passes; `replay` is one that ends the grant. */
  use(token: number): 'ok' | 'refused' {
    if (this.dead) return 'refused'
    const replaced = this.replacedAt[token]
    if (replaced !== undefined) {
      const isRace = token === this.live - 1 && this.now - replaced < 2000
      if (!isRace) this.dead = true
      return 'refused'
    }
    if (this.now - this.issuedAt[token]! >= 30 * DAY || this.now >= 90 * DAY) return 'refused'
    this.replacedAt[token] = this.now
    this.live = this.issuedAt.push(this.now) - 1
    return 'ok'
  }
}

test('however refreshes, replays, races and waits fall, one refresh token of a grant is live at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const { mock, walk, refresh, post } = scenes()
      const model = new Model()
      const known: Answer[] = [await walk({ scope: 'scenes:read offline_access' })]
      const use = async (index: number): Promise<void> => {
        const expected = model.use(index)
        const answer = await refresh(known[index]!)
        expect(answer.status).toBe(expected === 'ok' ? 200 : 400)
        if (answer.status === 200) known.push(answer)
      }
      for (const next of steps) {
        // Mostly the newest ones, as clients have them.
        const index = 'pick' in next ? Math.max(0, known.length - 1 - next.pick) : 0
        if (next.do === 'wait') {
          await mock.clock.advance(next.ms)
          model.now += next.ms
        } else if (next.do === 'revoke') {
          const { refresh_token } = known[index]!.body as Form
          await post('revoke', { client_id: 'app', token: refresh_token! })
          model.dead = true
        } else {
          await use(index)
          if (next.do === 'both') await use(index)
        }
      }
      expect(new Set(known.map(({ body }) => (body as Form)['refresh_token'])).size).toBe(known.length)
      if (!model.dead) return
      for (const tokens of known) expect((await refresh(tokens)).status).toBe(400)
    }),
    { numRuns: 60 },
  )
})

import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import { buildRequest } from '../../../mocks/request/build-request.ts'
import { createBuilder } from '../../../mocks/request/builder.ts'
import type { Asked } from '../../fixtures/browser/page.ts'

/**
 * Requests for every operation of a vendor: one that should pass, and where there is a body, one that lacks what it
 * needs; of the first, one with a revoked key. What they create stays, so the order counts.
 */
export function requestsOf(vendorName: string): Asked[] {
  const { sessions, library, origins } = assemble({ vendors: [vendorName], clock: { at: 0, frozen: true } })
  const { vendor } = [...sessions.engine.runtimes.values()][0]!
  const { situation } = [...sessions.all.values()][0]!
  const builder = createBuilder(vendor, library.specOf(vendor).source, situation)
  const { origin } = new URL(origins[0]!.base)
  // No page can read where a redirect leads.
  const readable = [...vendor.operations.values()].filter(
    ({ success }) => !(success && Math.floor(success.status / 100) === 3),
  )
  return readable.flatMap((operation, index) => {
    const ask = (credential: string, body?: string): Asked => {
      const built = buildRequest(builder, operation, { params: new Map(), body, credential })
      const headers = Object.fromEntries(built.headers.filter(([name]) => name !== 'cookie'))
      return { url: origin + built.path, method: built.method, headers, body: built.body }
    }
    const passing = ask('active')
    const isJson = passing.headers['content-type']?.includes('json') === true
    return [passing, ...(index === 0 ? [ask('revoked')] : []), ...(isJson ? [ask('active', '{"unknown":[1]}')] : [])]
  })
}

import { expect, test } from 'vitest'
import { assembledOf, frozenMock } from '../../support/mock/mock.ts'
import { createSituation } from '../../../mocks/load/situations.ts'
import { buildRequest, initOf } from '../../../mocks/request/build-request.ts'
import { createBuilder } from '../../../mocks/request/builder.ts'

// An error names what this request has sent, and nothing of the request that its example was written for.

const VENDORS = ['seal', 'seamless', 'seclai', 'seek', 'sequentum'] as const
const LONG = { timeout: 120_000 }

/** What can only be of one request: ids, and paths of the vendor. */
const OWN = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d{4,}\b|(?<![\w.])\/(?:api|v\d|agents|workers|jobs)[\w/-]*/g

test.each(VENDORS)('no error of %s, played or asked for, names what another request has', LONG, async (name) => {
  const mock = frozenMock({ vendors: [name] })
  const { library } = assembledOf(mock)
  const vendor = library.vendor(name)
  const situation = createSituation(library, new Map([[name, vendor]]), [], { dialects: new Map() })
  const builder = createBuilder(vendor, library.specOf(vendor).source, situation)
  const account = JSON.stringify(situation.vendors.get(name)?.accounts.get('default') ?? {})
  const strange: string[] = []
  for (const operation of vendor.operations.values()) {
    if (operation.leftOut !== undefined) continue
    const request = buildRequest(builder, operation)
    const url = `${request.origin || vendor.servers[0]!.origin}${request.path}`
    const sent = `${url} ${request.body ?? ''} ${account}`
    for (const code of new Set(operation.responses.map(({ status }) => status).filter((status) => status >= 400))) {
      const ask = async (headers: Readonly<Record<string, string>>): Promise<string> => {
        const { headers: own, ...init } = initOf(request, AbortSignal.timeout(20_000))
        const all = [...(own as Array<[string, string]>), ...Object.entries(headers)]
        return (await mock.fetch(url, { ...init, headers: all })).text()
      }
      const asked = await ask({ Prefer: `code=${code}` })
      mock.next(name, operation.id as never, code as never)
      const played = await ask({})
      mock.reset()
      for (const text of [asked, played]) {
        const other = [...text.matchAll(OWN)].map(([own]) => own).filter((own) => !sent.includes(own))
        if (other.length > 0) strange.push(`${operation.id} ${code}: ${other.join(' ')} in ${text}`)
      }
    }
  }
  expect(strange).toEqual([])
})

import type { Facts } from '../../../engine/session/journal/facts.ts'
import { carrierOf, readCredential } from '../../../spec/model/read-credential.ts'
import type { Vendor } from '../../../spec/model/vendor.ts'
import { requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { groups } from '../../view.ts'

/** A web page that sent a key, which every visitor of the page can read. */
export const browserCredential: Rule = {
  code: 'browser-credential',
  severity: 'error',
  unstated: 'off',
  fix: 'Send the request from a server that holds the key, and let the page ask that server.',
  *judge({ vendor, exchanges }) {
    const statement = vendor.conduct.statements.get('browser-credential')
    if (!statement) return
    const ofPages = exchanges.filter(
      (exchange) =>
        (statement.operations?.has(exchange.operation?.id ?? '') ?? true) &&
        isOfPage(exchange) &&
        hasKey(vendor, exchange),
    )
    for (const [origin, sent] of groups(ofPages, ({ headers }) => headers['origin'])) {
      const count = sent.length === 1 ? 'A request' : `${sent.length} requests`
      yield {
        message: `${count} of the web page ${origin.slice(0, 200)} carried a key${sent.length === 1 ? '' : ', the first one'} to ${requestName(sent[0]!)}.`,
        operation: sent[0]!.operation?.id,
        exchanges: sent.map(({ number }) => number),
        ...(!sent.some(isSurelyOfBrowser) && { atMost: 'warning' }),
      }
    }
  },
}

/** Headers added by proxies: the server behind a proxy may have added the key itself. */
const OF_PROXIES = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'] as const

/** Simulated browsers of test runners, which often run server code. */
const SIMULATED = /\b(?:jsdom|happydom)\b/i

/**
 * Whether a script of a web page sent the request. A request to the page's own origin goes to a proxy, which has the
 * key.
 */
function isOfPage({ headers }: Facts): boolean {
  if (headers['origin'] === undefined || headers['origin'] === '') return false
  if (headers['sec-fetch-site'] === 'same-origin' || headers['sec-fetch-site'] === 'none') return false
  return OF_PROXIES.every((name) => headers[name] === undefined) && !SIMULATED.test(headers['user-agent'] ?? '')
}

/** Only browsers send the site of a request. */
function isSurelyOfBrowser({ headers }: Facts): boolean {
  return headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site'
}

/** Whether the request carries a key; an access token issued to a user is not a key. */
function hasKey({ schemes, tokens }: Vendor, facts: Facts): boolean {
  const carrier = carrierOf(facts)
  return [...schemes.values()].some(
    (scheme) => scheme.in !== 'cookie' && !tokens.has(scheme.name) && readCredential(scheme, carrier) !== undefined,
  )
}

import type { Facts } from '../../../engine/session/journal/facts.ts'
import type { Scheme } from '../../../spec/model/rules/scheme.ts'
import { answerHeader, requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { isAfter } from '../../timing.ts'
import { groups } from '../../view.ts'

/** A client that followed a redirect to another origin and sent its key along. */
export const redirectCredential: Rule = {
  code: 'redirect-credential',
  severity: 'error',
  unstated: 'warning',
  fix: 'Follow a redirect to another origin without the key: remove its header, whatever its name.',
  *judge({ vendor, exchanges }) {
    const redirects = exchanges.flatMap((redirect) => {
      const target = targetOf(redirect)
      return target ? [{ redirect, target }] : []
    })
    if (redirects.length === 0) return
    const byUrl = groups(exchanges, (exchange) => urlOf(exchange)?.href)
    for (const { redirect, target } of redirects) {
      const next = byUrl.get(target.href)?.find((exchange) => isAfter(redirect, exchange))
      const scheme = next && [...vendor.schemes.values()].find((one) => isSentOn(one, redirect, next))
      if (!next || !scheme) continue
      yield {
        message: `${requestName(redirect)} redirected to ${target.origin}, and the client sent ${scheme.field} there as well.`,
        operation: redirect.operation?.id,
        exchanges: [redirect.number, next.number],
      }
    }
  },
}

/** The target of a redirect to another origin. */
function targetOf(exchange: Facts): URL | undefined {
  const { status } = exchange
  if (status === undefined || status < 300 || status >= 400) return undefined
  const from = urlOf(exchange)
  const location = answerHeader(exchange, 'location')
  if (!from || location === undefined || !URL.canParse(location, from.href)) return undefined
  const target = new URL(location, from)
  target.hash = ''
  return target.origin === from.origin ? undefined : target
}

function urlOf({ base, path, query }: Facts): URL | undefined {
  const text = `${base}${path}${query === '' ? '' : `?${query}`}`
  return URL.canParse(text) ? new URL(text) : undefined
}

/** Whether a credential header was sent along to an operation that does not require it. */
function isSentOn({ name, in: place, field }: Scheme, redirect: Facts, next: Facts): boolean {
  const sent = redirect.headers[field]
  if (place !== 'header' || sent === undefined || !next.operation || next.headers[field] !== sent) return false
  return !next.operation.security.some((alternative) => alternative.includes(name))
}

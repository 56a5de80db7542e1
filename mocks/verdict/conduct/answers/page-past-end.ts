import type { Facts } from '../../../engine/session/journal/facts.ts'
import type { PageStyle } from '../../../spec/model/operation/steps.ts'
import { canonical } from '../../../state/hash.ts'
import { decodeText } from '../../../state/text.ts'
import { isSuccess, requestName } from '../../refusals.ts'
import type { Rule } from '../../rule.ts'
import { isAfter } from '../../timing.ts'
import { groups } from '../../view.ts'

/** A client that requested further pages after the end of a list. */
export const pagePastEnd: Rule = {
  code: 'page-past-end',
  severity: 'warning',
  unstated: 'info',
  implied: (vendor, { operation }) =>
    vendor.operations.get(operation ?? '')?.collection?.page ? 'A page past the end of a list is empty.' : undefined,
  fix: 'Stop at the last page: by the field that says whether more follow, by the total, or at the first page that is not full.',
  *judge({ exchanges }) {
    for (const pages of groups(exchanges, listOf).values()) {
      const end = pages.find(isAtEnd)
      if (!end) continue
      const beyond = new Map<number, Facts>()
      for (const page of pages) {
        const { offset, total } = page.page!
        if (offset >= total && offset > end.page!.offset && isAfter(end, page) && !beyond.has(offset))
          beyond.set(offset, page)
      }
      if (beyond.size < LEAST) continue
      const late = [...beyond.values()]
      yield {
        message: `${requestName(end)} was asked for ${late.length} pages past the end of its ${late[0]!.page!.total} items.`,
        operation: end.operation?.id,
        exchanges: [end, ...late].map(({ number }) => number),
      }
    }
  },
}

/** The fewest pages past the end that make a finding: some clients find the end by an empty page. */
const LEAST = 2

function isAtEnd({ page }: Facts): boolean {
  return page !== undefined && page.offset + page.size >= page.total
}

/** The same for all pages of one list; undefined for a request that is not a page. */
function listOf(exchange: Facts): string | undefined {
  const { operation, page, path, query, credential, body, identity } = exchange
  const style = operation?.collection?.page
  // A request whose body is no longer known has no identity.
  if (!operation || !page || !style || !isSuccess(exchange) || identity === undefined) return undefined
  const rest = new URLSearchParams(query)
  if (style.in === 'query') for (const name of namesOf(style)) rest.delete(name)
  const sent = body && style.in === 'body' ? withoutPage(body, style) : body && canonical(body)
  return [operation.id, path, rest.toString(), credential ?? '', sent ?? ''].join('\u001f')
}

function namesOf({ start, offset, size }: PageStyle): readonly string[] {
  return [start, size, ...(offset === undefined ? [] : [offset])]
}

/** The body without the pagination fields; undefined if it cannot be parsed. */
function withoutPage(body: Uint8Array, style: PageStyle): string | undefined {
  const names = new Set(namesOf(style).map((name) => name.split('/').at(-1)!))
  try {
    return JSON.stringify(JSON.parse(decodeText(body)), (key, value: unknown) => (names.has(key) ? undefined : value))
  } catch {
    return undefined
  }
}

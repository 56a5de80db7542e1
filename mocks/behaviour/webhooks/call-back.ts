import { getPointer } from '../../spec/references/pointer.ts'
import type { Callback, RuntimeExpression } from '../../spec/model/webhook.ts'
import { isJson } from '../../spec/media/media-type.ts'
import { asText } from '../../spec/values/scalar.ts'
import { random } from '../../state/hash.ts'
import type { MatchedExchange } from '../exchange.ts'
import { putPlainDelivery } from './plain-delivery.ts'
import { parseExactly } from '../../spec/values/exact-number.ts'

/** An answer as read by runtime expressions. */
export interface CalledBack {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string | Uint8Array | undefined
}

/** Sends the callbacks of an operation right after its answer; no document says when a vendor sends them. */
export function callBack(exchange: MatchedExchange, callbacks: readonly Callback[], answer: CalledBack): void {
  for (const callback of callbacks) {
    const url = urlOf(exchange, callback, answer)
    if (url === undefined) continue
    putPlainDelivery(exchange, callback, {
      id: idOf(exchange, callback, url),
      identity: ['callback', callback.name, exchange.id],
      job: exchange.job ?? exchange.id,
      state: String(answer.status),
      url,
      origin: exchange.call.headers['origin'],
    })
  }
}

/** Includes URL and method, since one callback may use several. */
function idOf({ seed, vendor, id }: MatchedExchange, { name, method }: Callback, url: string): string {
  return `dlv_${random(seed, vendor.name, 'callback', name, id, method, url).hex(12)}`
}

function urlOf(exchange: MatchedExchange, { url }: Callback, answer: CalledBack): string | undefined {
  let text = ''
  for (const part of url) {
    const value = typeof part === 'string' ? part : valueOf(exchange, part, answer)
    if (value === undefined || value === null || value === '') return undefined
    text += asText(value)
  }
  return text
}

function valueOf(exchange: MatchedExchange, { of, in: place, name }: RuntimeExpression, answer: CalledBack): unknown {
  const { call } = exchange
  if (of === 'url') return call.base + call.path
  if (of === 'method') return call.method
  if (of === 'statusCode') return answer.status
  const isRequest = of === 'request'
  switch (place) {
    case 'header': {
      const wanted = name.toLowerCase()
      return isRequest ? call.headers[wanted] : answer.headers.find(([known]) => known.toLowerCase() === wanted)?.[1]
    }
    case 'query':
      return isRequest ? exchange.query.get(name) : undefined
    case 'path':
      return isRequest ? exchange.params[name] : undefined
    default:
      return getPointer(isRequest ? exchange.input?.body : answered(answer), name)
  }
}

function answered({ headers, body }: CalledBack): unknown {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return typeof body === 'string' && isJson(type) ? parseExactly(body) : undefined
}

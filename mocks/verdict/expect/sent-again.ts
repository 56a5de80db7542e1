import type { Facts } from '../../engine/session/journal/facts.ts'
import { decodeText } from '../../state/text.ts'
import { isAfter } from '../timing.ts'
import { firstAfter } from '../view.ts'

/** Numbers of the first and the last request of a group. */
interface Span {
  first: number
  last: number
}

/** Requests with one method to one URL. */
interface Place {
  readonly all: Span
  readonly byBody: Map<string, Span>
  /** Requests with unknown bodies: they count as identical to any other. */
  readonly unknown: Span
}

/** Whether a request repeated an earlier one, or was repeated, with any credential. */
export interface SentAgain {
  readonly isRetry: (exchange: Facts) => boolean
  /** Repeated with the same body; or with another body as the very next request. */
  readonly isRetried: (exchange: Facts) => boolean
}

/** Indexes all exchanges once, so that each question is answered without a search. */
export function createSentAgain(exchanges: readonly Facts[]): SentAgain {
  const places = new Map<string, Place>()
  for (const exchange of exchanges) {
    const place = placeFor(places, exchange)
    for (const span of [place.all, spanOf(place, exchange)]) {
      span.first = Math.min(span.first, exchange.number)
      span.last = exchange.number
    }
  }
  const like = (exchange: Facts): readonly Span[] => {
    const place = placeFor(places, exchange)
    return exchange.body ? [spanOf(place, exchange), place.unknown] : [place.all]
  }
  return {
    isRetry: (exchange) => like(exchange).some(({ first }) => first < exchange.number),
    isRetried: (exchange) => {
      if (like(exchange).some(({ last }) => last > exchange.number)) return true
      // Nothing can be sent after an answer that never came.
      if (exchange.delivered === undefined) return false
      const next = firstAfter(exchanges, exchange, (later) => isAfter(exchange, later))
      return next !== undefined && keyOf(next) === keyOf(exchange)
    },
  }
}

function placeFor(places: Map<string, Place>, exchange: Facts): Place {
  const key = keyOf(exchange)
  const place = places.get(key) ?? { all: nothing(), byBody: new Map(), unknown: nothing() }
  places.set(key, place)
  return place
}

function keyOf({ method, path, query }: Facts): string {
  return `${method} ${path}?${query}`
}

function spanOf({ byBody, unknown }: Place, { body }: Facts): Span {
  if (!body) return unknown
  // Latin-1 maps each byte of a binary body to one character.
  const key = decodeText(body, 'latin1')
  const span = byBody.get(key) ?? nothing()
  byBody.set(key, span)
  return span
}

function nothing(): Span {
  return { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY }
}

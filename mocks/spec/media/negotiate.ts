import { concreteType, mediaTypeOf, parametersOf, rangeRank, splitUnquoted } from './media-type.ts'

/** One entry of `Accept`. */
export interface Accepted {
  /** A media type or a range, as written. */
  readonly range: string
  /** 0 to 1; 0 is not acceptable. */
  readonly quality: number
}

/** One media type that an answer can have. */
export interface Offer {
  readonly mediaType: string
  /** The documented range, if it is one: any media type within it can be sent. */
  readonly range: string | undefined
  /** Whether the body can be written in a media type. */
  readonly canBe: (mediaType: string) => boolean
}

/**
 * Reads an `Accept` header (RFC 9110 section 12.5.1). An invalid weight counts as 1.
 *
 * @example
 * parseAccept('text/csv, application/*;q=0.5')
 * //=> [{ range: 'text/csv', quality: 1 }, { range: 'application/*;q=0.5', quality: 0.5 }]
 */
export function parseAccept(header: string): readonly Accepted[] {
  return splitUnquoted(header, ',').flatMap((part) => {
    if (mediaTypeOf(part) === undefined) return []
    const weight = parametersOf(part).get('q')
    const quality = weight === undefined || weight === '' ? 1 : Number(weight)
    return [{ range: part.trim(), quality: Number.isNaN(quality) ? 1 : Math.min(1, Math.max(0, quality)) }]
  })
}

/** The weight that `Accept` gives a media type: its most specific entry decides. */
export function weigh(accepted: readonly Accepted[], mediaType: string): { quality: number; rank: number } {
  let found = { quality: 0, rank: 0 }
  for (const { range, quality } of accepted) {
    const rank = rangeRank(range, mediaType)
    if (rank > found.rank) found = { quality, rank }
  }
  return found
}

/**
 * Chooses what to send: the highest weight; on a tie the media type that `Accept` names more specifically; then the
 * first offer.
 *
 * @returns the offer, with the media type to send; undefined where nothing is acceptable
 */
export function negotiate<T extends Offer>(
  header: string,
  offers: readonly T[],
): { readonly offer: T; readonly mediaType: string } | undefined {
  const accepted = parseAccept(header)
  let found: { readonly offer: T; readonly mediaType: string } | undefined
  let best = { quality: 0, rank: 0 }
  for (const offer of offers) {
    for (const mediaType of typesOf(offer, accepted)) {
      const weight = weigh(accepted, mediaType)
      const isBetter = weight.quality > best.quality || (weight.quality === best.quality && weight.rank > best.rank)
      if (weight.quality === 0 || !isBetter || !offer.canBe(mediaType)) continue
      best = weight
      found = { offer, mediaType }
    }
  }
  return found
}

/** Whether an answer under one of these keys of `content` is acceptable at all. */
export function isAcceptable(header: string, keys: readonly string[]): boolean {
  const accepted = parseAccept(header)
  return keys.some(
    (key) =>
      weigh(accepted, concreteType(key, false)).quality > 0 ||
      accepted.some(({ range, quality }) => quality > 0 && rangeRank(key, range) > 0),
  )
}

/** The usual media type comes first, so that it wins where the client has no preference. */
function typesOf({ mediaType, range }: Offer, accepted: readonly Accepted[]): readonly string[] {
  if (range === undefined) return [mediaType]
  const named = accepted.map((entry) => mediaTypeOf(entry.range)!)
  return [mediaType, ...named.filter((type) => CONCRETE.test(type) && rangeRank(range, type) > 0)]
}

/** The client's text is sent back, so it must be a valid media type (RFC 6838 section 4.2). */
const CONCRETE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/

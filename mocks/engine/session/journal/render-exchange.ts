import { mask } from '../../../behaviour/authenticate/authenticate.ts'
import { isBrokenAnswer } from '../../../scenario/fault.ts'
import { hasKeyFormat } from '../../../spec/model/read-credential.ts'
import { printable } from '../../../state/printable.ts'
import { decodeStrictText } from '../../../state/text.ts'
import { frame, type SentEvent } from '../../streams/frame.ts'
import { headerList } from './header-list.ts'
import type { Exchange } from './journal.ts'
import { BODY_CAP, bytesNote, truncate } from './cut.ts'
import type { UnpackedExchange } from './unpacked.ts'
import * as tokens from './mask-tokens.ts'

/** An exchange as the journal shows it, with secrets masked. */
export function renderExchange(kept: UnpackedExchange): Exchange {
  const { answer, fault, aborted } = kept
  const sent = kept.sent?.events()
  const isToken = kept.operation?.tokens !== undefined
  const text = bodyText(kept.body)
  return {
    number: kept.number,
    session: kept.session.id,
    vendor: kept.vendor.name,
    dialect: kept.vendor.dialect,
    operation: kept.operation?.id,
    method: kept.method,
    path: kept.path,
    query: isToken ? tokens.maskQuery(maskQuery(kept)) : maskQuery(kept),
    at: kept.at,
    credential: kept.credential === undefined ? undefined : mask(kept.credential),
    account: kept.account,
    request: {
      headers: headerList(
        Object.entries(kept.headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, isSecret(kept, name, value) ? mask(value) : value] as const],
        ),
      ),
      body: isToken && text !== undefined ? tokens.maskBody(text, kept.headers['content-type']) : text,
    },
    response:
      answer && (sent || (fault ? isBrokenAnswer(fault) : !aborted))
        ? isToken
          ? maskedAnswer(answer)
          : {
              status: answer.status,
              headers: headerList(answer.headers),
              body: bodyText(sent ? truncate(sent.map(frame).join(''), BODY_CAP) : answer.body),
            }
        : undefined,
    fault,
    answeredBy: answer && {
      stage: kept.stage,
      refusal: answer.refusal,
      rule: kept.rule,
      because: printable(kept.because),
    },
    limits: kept.limits,
    hold: kept.hold,
    charged: kept.charged,
    job: kept.job,
    queued: kept.queued && { limit: kept.queued.limit, for: kept.at - kept.queued.since },
    delay: kept.delay,
    aborted,
    sent: sent ?? NOTHING_SENT,
  }
}

const NOTHING_SENT: readonly SentEvent[] = []
function maskedAnswer({
  status,
  headers,
  body,
}: NonNullable<UnpackedExchange['answer']>): NonNullable<Exchange['response']> {
  return {
    status,
    headers: headerList(headers.map(([name, value]) => [name, tokens.maskQuery(value)] as const)),
    body: bodyText(typeof body === 'string' ? tokens.maskText(body) : body),
  }
}

/** The sent body as text; undefined if there is none. */
function bodyText(body: string | Uint8Array | undefined): string | undefined {
  if (body === undefined || typeof body === 'string') return body
  try {
    return decodeStrictText(body)
  } catch {
    return bytesNote(body.byteLength)
  }
}

/** Covers the vendor's credential header, accepted or not, and a key sent in the wrong place. */
function isSecret(kept: UnpackedExchange, name: string, value: string): boolean {
  if (name === kept.credentialField || tokens.SECRET_HEADERS.has(name)) return true
  for (const scheme of kept.vendor.schemes.values()) if (scheme.in === 'header' && scheme.field === name) return true
  return looksLikeKey(kept, value)
}

function looksLikeKey(kept: UnpackedExchange, value: string): boolean {
  return value.split(' ').some((word) => hasKeyFormat(kept.vendor.schemes.values(), word))
}

function maskQuery(kept: UnpackedExchange): string {
  const { query } = kept
  if (query === '') return query
  const fields = new URLSearchParams(query)
  let masked = false
  for (const [name, value] of new URLSearchParams(query)) {
    const named = [...kept.vendor.schemes.values()].some((scheme) => scheme.in === 'query' && scheme.field === name)
    if (!named && !looksLikeKey(kept, value)) continue
    fields.set(name, mask(value))
    masked = true
  }
  return masked ? fields.toString() : query
}

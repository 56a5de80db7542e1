import { isBrokenAnswer } from '../../../scenario/fault.ts'
import { carrierOf, readCredential } from '../../../spec/model/read-credential.ts'
import { canonical, hash } from '../../../state/hash.ts'
import type { Facts } from './facts.ts'
import type { UnpackedExchange } from './unpacked.ts'

/**
 * Derives the facts for a verdict from an exchange.
 *
 * @param isOpen - whether it is in progress
 */
export function readFacts(kept: UnpackedExchange, isOpen: boolean): Facts {
  const { answer, fault, job, polled } = kept
  const jobs = kept.jobs ?? polled?.map(({ id }) => id) ?? (job === undefined ? [] : [job])
  const isJobOver = polled ? polled.length > 0 && polled.every(({ isOver }) => isOver) : kept.isJobOver
  const credential = credentialOf(kept)
  return {
    number: kept.number,
    vendor: kept.vendor,
    situation: kept.situation,
    pace: kept.pace,
    operation: kept.operation,
    method: kept.method,
    path: kept.path,
    query: kept.query,
    base: kept.base,
    params: kept.params,
    headers: kept.headers,
    isBodyKnown: kept.isBodyRead && typeof kept.body !== 'string',
    body: kept.body instanceof Uint8Array ? kept.body : undefined,
    identity: kept.identity ?? identityOf(kept, credential),
    credential,
    account: kept.account,
    stretch: kept.stretch,
    scope: kept.scope,
    isOfTest: kept.headers[ACTOR_HEADER] === 'test',
    unclaimed: kept.unclaimed,
    connection: kept.connection,
    // A queued exchange is answered, or abandoned, at a later instant.
    start: { clock: kept.queued?.since ?? kept.at, host: kept.started },
    late: kept.late,
    end: isOpen ? undefined : kept.end,
    delivered: isOpen ? undefined : (kept.delivered ?? kept.end.host),
    isFrozen: kept.isFrozen,
    // A stream that broke off later still began with its status.
    status:
      answer && answer.status !== 0 && (!fault || isBrokenAnswer(fault) || kept.sent !== undefined)
        ? answer.status
        : undefined,
    answerHeaders: answer?.headers ?? [],
    fault,
    aborted: kept.aborted,
    stage: kept.stage,
    refusal: answer?.refusal,
    rule: kept.rule,
    isChanged: kept.isChanged,
    limits: kept.limits,
    refused: kept.refused,
    jobs,
    hold: kept.hold,
    charged: kept.charged,
    isJobOver,
    overJobs: isJobOver ? jobs : (polled?.filter(({ isOver }) => isOver).map(({ id }) => id) ?? []),
    queued: kept.queued !== undefined,
    token: kept.token,
    page: kept.page,
    sent: kept.sent?.events().map(({ id, event, retry }) => ({ id, type: event, retry })),
  }
}

/** Header that marks a request as sent by the test itself: `x-sparring-actor: test`. */
export const ACTOR_HEADER = 'x-sparring-actor'

/** The credential, also of a request that was refused before its credential was checked. */
function credentialOf(kept: UnpackedExchange): string | undefined {
  if (kept.credential !== undefined) return kept.credential
  const carrier = carrierOf(kept)
  for (const scheme of kept.vendor.schemes.values()) {
    const found = readCredential(scheme, carrier)
    if (found !== undefined) return found
  }
  return undefined
}

function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && ![408, 425, 429].includes(status)
}

/** Undefined where the body is no longer known: then the request equals no other. */
export function identityOf(kept: UnpackedExchange, credential = credentialOf(kept)): string | undefined {
  const { operation, method, path, query, headers, body, isBodyRead, answer } = kept
  if (typeof body === 'string') return undefined
  // A refusal without reading the body applies to any body; a later success may be for different work.
  const isUnread = operation?.body !== undefined && !isBodyRead && headers['content-length'] !== '0'
  if (isUnread && !isRefusal(answer?.status)) return undefined
  const sent = body && body.byteLength > 0 ? canonical(body) : ''
  return hash(operation?.id ?? '', method, path, query, credential ?? '', sent)
}

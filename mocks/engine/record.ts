import { mask } from '../behaviour/authenticate.ts'
import type { LimitReading, Turn } from '../behaviour/turn.ts'
import { explain } from './explain.ts'
import type { Exchange, Message } from './journal.ts'
import type { Work } from './serve.ts'
import type { Session } from './session.ts'

/** Follows one exchange for the journal: keeps references and counter values, and renders when asked. */
export interface Record {
  readonly finish: (end: End) => void
  readonly abort: () => void
  readonly explain: () => string
}

export interface End {
  readonly work: Work
  readonly delay: number
  readonly aborted: boolean
}

/** Bytes of a body that the journal keeps. */
const BODY_CAP = 64 * 1024
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization'])

export function createRecord(session: Session, turn: Turn): Record {
  let end: End | undefined
  let limits: readonly LimitReading[] = []
  let gone = false
  const render = (): Exchange => renderExchange(session, turn, end, limits, gone)
  session.journal.add({ number: Number(turn.id), render })
  return {
    finish: (found) => {
      end = found
      limits = [...turn.limits.values()]
      gone = found.aborted
    },
    abort: () => {
      gone = true
    },
    explain: () => explain(render()),
  }
}

function renderExchange(
  session: Session,
  turn: Turn,
  end: End | undefined,
  limits: readonly LimitReading[],
  aborted: boolean,
): Exchange {
  const answer = end?.work.answer
  const fault = end?.work.cutting?.fault
  const field = turn.credential?.scheme.field
  return {
    number: Number(turn.id),
    session: session.id,
    vendor: turn.vendor.name,
    operation: turn.operation?.id,
    method: turn.call.method,
    path: turn.call.path,
    query: turn.call.query,
    at: turn.now,
    credential: turn.credential && mask(turn.credential.id),
    account: turn.account?.name,
    request: {
      headers: Object.entries(turn.call.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, isSecret(turn, name, field) ? mask(value) : value] as const],
      ),
      body: bodyText(
        turn.body === undefined || turn.body instanceof Uint8Array
          ? (turn.body as Uint8Array | undefined)
          : JSON.stringify(turn.body),
      ),
    },
    response:
      answer && !aborted && !fault ? { status: answer.status, ...message(answer.headers, answer.body) } : undefined,
    fault,
    answeredBy: end && {
      stage: end.work.by.stage,
      refusal: answer?.refusal,
      rule: end.work.cutting?.rule,
      because: end.work.by.because,
    },
    limits,
    credits: undefined,
    job: turn.job,
    delay: end?.delay ?? 0,
    aborted,
  }
}

function message(headers: Message['headers'], body: string | Uint8Array | undefined): Message {
  return { headers, body: bodyText(body) }
}

function bodyText(body: string | Uint8Array | undefined): string | undefined {
  if (body === undefined) return undefined
  if (typeof body !== 'string') return `(${body.byteLength} bytes)`
  return body.length > BODY_CAP ? `${body.slice(0, BODY_CAP)}… (${body.length} characters)` : body
}

/** Any vendor's credential header counts, whether it passed or not. */
function isSecret(turn: Turn, name: string, field: string | undefined): boolean {
  if (name === field || SECRET_HEADERS.has(name)) return true
  for (const scheme of turn.vendor.schemes.values()) if (scheme.in === 'header' && scheme.field === name) return true
  return false
}

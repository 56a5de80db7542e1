import type { Sessions } from '../../connect/mock/sessions.ts'
import type { Entry, Exchange } from '../../engine/session/journal/journal.ts'
import { createMasking } from '../../report/masking.ts'
import { DEFAULT_TAG } from '../../spec/model/issued.ts'
import { printable } from '../../state/printable.ts'
import { count } from '../../spec/problems/count.ts'

/** Summarises a run in lines. */
export interface Summary {
  readonly lines: () => string[]
  readonly stop: () => void
}

/** Number of breaches that are printed in full. */
const BREACHES_SHOWN = 10

/** Number of kinds of refusals that are printed. */
const KINDS_SHOWN = 20

/** Outcomes of deliveries that were not accepted. */
const OVER: ReadonlySet<string> = new Set(['given up', 'not sent', 'failed'])

/** Counts the traffic of all sessions: requests, refusals by cause, webhooks, answers that broke their spec. */
export function createSummary(sessions: Sessions): Summary {
  let requests = 0
  let deliveries = 0
  let unsent = 0
  const refused = new Map<string, number>()
  const faults = new Map<string, number>()
  const stop = sessions.follow({
    exchange: (entry) => {
      requests++
      const exchange = entry.render()
      const what = refusalOf(exchange, () => requestOf(entry, exchange, sessions))
      if (what !== undefined) add(refused, what)
      if (exchange.fault !== undefined) add(faults, exchange.fault)
    },
    delivery: (delivery) => {
      if (delivery.outcome === 'acknowledged') deliveries++
      else if (OVER.has(delivery.outcome)) unsent++
    },
  })
  const breaches = (): string[] => [...sessions.all.values()].flatMap((session) => session.breaches)
  return {
    stop,
    lines: () => {
      const broken = breaches()
      return [
        [
          count(requests, 'request'),
          ...(deliveries + unsent > 0 ? [`${count(deliveries, 'webhook')} acknowledged`, `${unsent} not`] : []),
          ...(broken.length > 0 ? [`${broken.length} off contract`] : []),
        ].join(', '),
        ...byCount(refused)
          .slice(0, KINDS_SHOWN)
          .map(([what, times]) => `${times} × ${what}`),
        ...(refused.size > KINDS_SHOWN ? [`… and ${refused.size - KINDS_SHOWN} more kinds of refusals`] : []),
        ...byCount(faults).map(([what, times]) => `${times} × fault ${what}`),
        ...broken.slice(0, BREACHES_SHOWN).map((breach) => `off contract: ${breach}`),
        ...(broken.length > BREACHES_SHOWN ? [`off contract: … and ${broken.length - BREACHES_SHOWN} more`] : []),
      ]
    },
  }
}

/**
 * `seek submitJob 402 by charge (PaymentRequired#credits)`; `undefined` for an answer that is not a refusal.
 *
 * @param request - name for a request without an operation
 */
function refusalOf(
  { vendor, operation, response, answeredBy: by }: Exchange,
  request: () => string,
): string | undefined {
  if (response === undefined || response.status < 400) return undefined
  const name = by?.refusal === undefined ? '' : ` (${by.refusal})`
  return `${vendor} ${operation ?? request()} ${response.status}${by === undefined ? '' : ` by ${by.stage}`}${name}`
}

/** `GET /v1/nowhere`, without parts that may be secret. */
function requestOf(entry: Entry, { method, path, session }: Exchange, { all }: Sessions): string {
  const masking = createMasking([entry.facts()], all.get(session)?.tag ?? DEFAULT_TAG)
  return printable(masking(`${method} ${path}`))
}

function add(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

function byCount(counts: ReadonlyMap<string, number>): Array<[string, number]> {
  return [...counts].sort(([, left], [, right]) => right - left)
}

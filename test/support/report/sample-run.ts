import type { Exchange } from '../../../mocks/engine/session/journal/journal.ts'
import { headerList } from '../../../mocks/engine/session/journal/header-list.ts'
import type { Run } from '../../../mocks/report/formats.ts'
import type { Evidence, Report, ReportedFinding } from '../../../mocks/report/report.ts'
import { type CellCoverage, totalCoverage } from '../../../mocks/verdict/coverage/coverage.ts'

/** Text of a request that means something in every format. */
export const HOSTILE = `"><script>alert('1')</script>&amp;]]>%0A::error::x`

const AT = '2026-03-16T10:00:00.000Z'

function evidence(number: number, request: string, answer: string): Evidence {
  return { number, at: AT, request, answer }
}

function finding(own: Partial<ReportedFinding>): ReportedFinding {
  return {
    code: 'credits',
    severity: 'error',
    source: 'conduct',
    session: 'default',
    vendor: 'seek',
    operation: 'submitJob',
    scope: 'buys in the morning',
    message: 'submitJob asked for credits 3 times more.',
    path: undefined,
    exchanges: [3, 4, 5],
    statement: { says: 'Work without credits is refused.', assumed: undefined },
    fix: 'Stop sending work when credits are missing.',
    silence: 'findings: { credits: { severity: off, reason: … } }',
    known: false,
    evidence: [3, 4, 5].map((number) =>
      evidence(
        number,
        'POST /v1/workers/linkedin-profile/jobs',
        '402 by charge (PaymentRequired#credits): 0 of 5 left',
      ),
    ),
    ...own,
  }
}

/** A report with findings of each severity, one that is known, one of a hostile request, and a vendor without any. */
export const sampleReport: Report = {
  version: 1,
  sparring: '1.2.3',
  at: AT,
  vendors: ['seek', 'seal'],
  exchanges: { judged: 10_000, notJudged: 12 },
  failOn: 'error',
  answers: [
    {
      vendor: 'seek',
      operation: 'submitJob',
      status: 402,
      fault: undefined,
      stage: 'charge',
      refusal: 'PaymentRequired#credits',
      times: 7,
    },
    {
      vendor: 'seek',
      operation: undefined,
      status: undefined,
      fault: 'connection-reset',
      stage: 'rule',
      refusal: undefined,
      times: 2,
    },
  ],
  findings: [
    finding({}),
    finding({ scope: 'buys in the evening', exchanges: [13, 14, 15], evidence: [] }),
    finding({
      code: 'unknown-path',
      source: 'request',
      operation: undefined,
      scope: HOSTILE,
      message: `GET /v1/${HOSTILE} was sent, and seek has no such path.`,
      exchanges: [20],
      statement: undefined,
      fix: 'Send GET /v1/me.',
      silence: 'findings: { unknown-path: { severity: off, reason: … } }',
      evidence: [evidence(20, `GET /v1/${HOSTILE}`, `404 by route: no operation has the path /v1/${HOSTILE}`)],
    }),
    finding({
      code: 'backoff',
      severity: 'warning',
      operation: 'getMe',
      scope: '',
      message: 'getMe was retried 5 times, and the waits did not grow.',
      statement: { says: 'Back off exponentially.', assumed: 'No page says it.' },
      exchanges: [30, 31, 32, 33, 34, 35, 36, 37, 38, 39],
      evidence: [evidence(30, 'GET /v1/me', '503 by rule')],
    }),
    finding({
      code: 'retry-after',
      severity: 'info',
      scope: '',
      message: 'getMe came back 1 s too soon.',
      known: false,
    }),
    finding({ code: 'retry-storm', operation: 'getMe', known: true, message: 'getMe was retried 14 times.' }),
  ],
  baseline: { known: 1, gone: 2 },
}

function cell(name: string, add?: string): CellCoverage {
  return { name, isMet: add === undefined, isAssumed: false, ...(add !== undefined && { add }) }
}

/** The same with a coverage that is too little: of two vendors, one of which nobody has called. */
export const coveredReport: Report = {
  ...sampleReport,
  coverage: {
    ...totalCoverage([
      {
        vendor: 'seek',
        file: 'specs/seek/openapi.yaml',
        subjects: [
          {
            kind: 'operation',
            name: 'submitJob',
            isCounted: true,
            cells: [
              cell('202'),
              cell('401', 'seek/key-expired'),
              cell('402'),
              { name: '500', isMet: false, isAssumed: true, add: 'seek/outage' },
            ],
          },
          {
            kind: 'operation',
            name: `get${HOSTILE}`,
            isCounted: true,
            cells: [cell('200'), cell('401', 'seek/key-expired'), cell('404', `rules: [{ when: ${HOSTILE} }]`)],
          },
          { kind: 'operation', name: 'cancelJob', isCounted: false, cells: [{ ...cell('200'), isMet: false }] },
          { kind: 'limit', name: 'requests', isCounted: true, cells: [cell('refused', 'seek/rate-limited')] },
        ],
      },
      {
        vendor: 'seal',
        file: 'specs/seal/openapi.yaml',
        subjects: [
          { kind: 'operation', name: 'getEntity', isCounted: false, cells: [{ ...cell('200'), isMet: false }] },
        ],
      },
    ]),
    problem: '3 of 7 answers were met (42.8 %), and 80 % were asked for',
  },
}

/** A report of what was met alone, as several runs add up to. */
export const coverageReport: Report = {
  ...coveredReport,
  vendors: ['seek', 'seal'],
  exchanges: { judged: 0, notJudged: 0 },
  answers: [],
  findings: [],
  baseline: undefined,
}

const exchange: Exchange = {
  number: 3,
  session: 'default',
  vendor: 'seek',
  dialect: undefined,
  operation: 'submitJob',
  method: 'POST',
  path: '/v1/workers/linkedin-profile/jobs',
  query: 'dry=1',
  at: Date.parse(AT),
  credential: 'sk_…',
  account: 'default',
  request: {
    headers: headerList([
      ['content-type', 'application/json'],
      ['x-api-key', 'sk_…'],
    ]),
    body: '{"profile_url":"https://linkedin.com/in/ada"}',
  },
  response: {
    status: 402,
    headers: headerList([['Content-Type', 'application/json']]),
    body: '{"error":"no credits"}',
  },
  fault: undefined,
  answeredBy: { stage: 'charge', refusal: 'PaymentRequired#credits', rule: undefined, because: '0 of 5 left' },
  limits: [],
  hold: undefined,
  charged: undefined,
  job: undefined,
  queued: undefined,
  delay: 0,
  aborted: false,
  sent: [],
}

/** The same with two exchanges, one of which has lost its connection. */
export const sampleRun: Run = {
  report: sampleReport,
  archive: () => ({
    exchanges: [
      {
        exchange,
        explanation: '402 by charge (PaymentRequired#credits): 0 of 5 left',
        base: 'https://api.seek-api.com',
        took: 12,
        findings: ['credits'],
        masking: (text) => text,
      },
      {
        exchange: { ...exchange, number: 4, query: '', response: undefined, fault: 'connection-reset' },
        explanation: 'connection-reset by rule',
        base: 'https://api.seek-api.com',
        took: 0,
        findings: [],
        masking: (text) => text,
      },
    ],
    left: 10_010,
  }),
}

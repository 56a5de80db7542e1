import type { DeliveryFilter } from '../../engine/deliveries/delivery.ts'
import type { ExchangeFilter } from '../../engine/session/journal/journal.ts'
import {
  anything,
  callback,
  checkArguments,
  duration,
  flag,
  instant,
  kind,
  map,
  oneOf,
  options,
  type Parameter,
  positiveNumber,
  required,
  type ShapeOf,
  text,
  textAs,
  wholeNumber,
} from '../../spec/problems/arguments.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import { isPromise } from '../../state/promise.ts'
import { mockOptions, scenarioNames } from './options.ts'
import { FINDING_SEVERITIES } from '../../verdict/finding.ts'
import type { Mock } from './api/mock-api.ts'
import type { SessionOptions } from './api/mock-options.ts'
import type { FindingFilter, MockSession } from './api/mock-session.ts'
import type { MockClock, MockJournal, MockWebhooks } from './api/session-parts.ts'

/** The arguments of each function of an object, by name and in order. */
type CallsOf<Target, Names extends keyof Target = keyof Target> = {
  readonly [Name in Names as Target[Name] extends (...given: never[]) => unknown ? Name : never]: Target[Name] extends (
    ...given: infer Given
  ) => unknown
    ? { readonly [Index in keyof Given]-?: Parameter }
    : never
}

const name = required(textAs('a name'))
const aFunction = required(callback('a function'))

const severity = kind('info, warning or error', (value) => FINDING_SEVERITIES.some((known) => known === value))
const findingFilter: ShapeOf<FindingFilter> = {
  code: text,
  vendor: text,
  operation: text,
  severity,
  scope: text,
  final: flag,
}

/** `fetch` is left out: it checks its arguments like any `fetch`. */
const sessionCalls: CallsOf<MockSession, Exclude<keyof MockSession, 'fetch' | symbol>> = {
  play: [
    ['scenario', required(scenarioNames)],
    ['changes', map],
    ['options', options({ fresh: flag })],
  ],
  next: [
    ['vendor', name],
    ['operation', name],
    ['error', required(oneOf('the name of an error, or a status', text, wholeNumber(100, 599)))],
    ['options', options({ times: wholeNumber(1) })],
  ],
  on: [
    ['vendor', name],
    ['operation', name],
    ['answer', required(callback('a function that returns it: () => ({ status: 200 })'))],
  ],
  do: [
    ['vendor', name],
    ['id', required(textAs("the job's id"))],
    ['verb', name],
  ],
  held: [],
  settled: [['wanted', options({ held: wholeNumber(0) }, 'an object, as { held: 1 }')]],
  drive: [
    [
      'work',
      required(
        kind(
          'a promise, or a function that starts the work',
          (value) => typeof value === 'function' || isPromise(value),
        ),
      ),
    ],
    ['options', options({ within: duration, patience: positiveNumber() })],
  ],
  credentials: [['vendor', name]],
  breaches: [],
  findings: [['filter', options(findingFilter)]],
  expectNoFindings: [['options', options({ severity, final: flag })]],
  scope: [['name', required(text)]],
  snapshot: [],
  // Validated by `restore`, with more specific messages.
  restore: [['snapshot', anything]],
  run: [['fn', aFunction]],
  reset: [],
  close: [],
}

const sessionShape: ShapeOf<SessionOptions> = { id: text, scenario: scenarioNames }
const sessionOptions = options(sessionShape)

const mockCalls: CallsOf<Mock, 'coverage' | 'session' | 'run'> = {
  coverage: [],
  session: [['options', sessionOptions]],
  run: [
    ['fn', aFunction],
    ['options', sessionOptions],
  ],
}

const clockCalls: CallsOf<MockClock> = {
  now: [],
  frozen: [],
  freeze: [['at', instant]],
  flow: [],
  set: [['at', required(instant)]],
  advance: [['by', required(duration)]],
  sleep: [
    ['duration', required(duration)],
    ['signal', kind('an AbortSignal', (value) => isRecord(value) && 'aborted' in value)],
  ],
}

const exchangeFilter: ShapeOf<ExchangeFilter> = { vendor: text, operation: text, status: wholeNumber(100, 599) }

const journalCalls: CallsOf<MockJournal> = {
  exchanges: [['filter', options(exchangeFilter)]],
  explain: [['filter', options(exchangeFilter)]],
  dropped: [],
  clear: [],
}

const deliveryFilter: ShapeOf<DeliveryFilter> = { vendor: text, webhook: text, job: text, outcome: text }

const webhookCalls: CallsOf<MockWebhooks> = {
  to: [
    ['target', mockOptions.deliver],
    ['options', options({ patience: positiveNumber() })],
  ],
  deliveries: [['filter', options(deliveryFilter)]],
  redeliver: [['id', required(textAs('the id of a delivery'))]],
  trigger: [
    ['vendor', name],
    ['webhook', name],
    ['options', options({ job: text, to: text })],
  ],
}

/** Calls that return a promise, and so reject where others throw. */
const LATER = new Set(['settled', 'drive', 'set', 'advance', 'sleep', 'trigger'])

/** Makes every call of a session check its arguments first. */
export function withChecks(session: MockSession): MockSession {
  check(session, 'mock', sessionCalls)
  check(session.clock, 'mock.clock', clockCalls)
  check(session.journal, 'mock.journal', journalCalls)
  check(session.webhooks, 'mock.webhooks', webhookCalls)
  return session
}

/** The same for the calls that only the mock has. */
export function withMockChecks(mock: Mock): Mock {
  check(mock, 'mock', mockCalls)
  return mock
}

function check(target: object, owner: string, calls: Readonly<Record<string, readonly Parameter[]>>): void {
  for (const [name, parameters] of Object.entries(calls)) {
    if (parameters.length === 0) continue
    const call = Reflect.get(target, name) as (...given: unknown[]) => unknown
    const checked = (...given: unknown[]): unknown => {
      checkArguments(`call ${owner}.${name}()`, given, parameters)
      return call(...given)
    }
    Reflect.set(target, name, LATER.has(name) ? async (...given: unknown[]) => checked(...given) : checked)
  }
}

import {
  createMock,
  type ErrorOf,
  type Exchange,
  type LimitChanges,
  type Mock,
  type MockSession,
  type OperationOf,
  type OverrideAnswer,
  type ScenarioName,
  type VendorName,
} from 'sparring'
import type { HttpHandler } from 'msw'
import { expectTypeOf, test } from 'vitest'
import type { LIMIT_KEYWORDS } from '../../../mocks/spec/compile/limits.ts'

declare const mock: Mock

test('the package’s own vendors, operations, errors and scenarios are known by name', () => {
  expectTypeOf<'seek' | 'seal'>().toExtend<VendorName>()
  expectTypeOf<OperationOf<'seek'>>().toEqualTypeOf<
    | 'getMe'
    | 'getCredits'
    | 'listDeployments'
    | 'listWorkers'
    | 'getWorker'
    | 'publishWorker'
    | 'submitJob'
    | 'listJobs'
    | 'getJob'
    | 'cancelJob'
  >()
  expectTypeOf<'PaymentRequired' | 'TooManyRequests#rate'>().toExtend<ErrorOf<'seek'>>()
  expectTypeOf<'TooManyRequests#concurrency'>().toExtend<ErrorOf<'seal'>>()
  expectTypeOf<'TooManyRequests#concurrency'>().not.toExtend<ErrorOf<'seek'>>()
  expectTypeOf<'seek/out-of-credits'>().toExtend<ScenarioName>()
})

test('a name that its vendor does not have is a type error', () => {
  mock.next('seek', 'submitJob', 'PaymentRequired')
  mock.next('seek', 'submitJob', 402, { times: 3 })
  // @ts-expect-error -- an operation of another vendor
  mock.next('seek', 'getEntity', 'NotFound')
  // @ts-expect-error -- an error of another vendor
  mock.next('seek', 'submitJob', 'TooManyRequests#concurrency')
  // @ts-expect-error -- a slip
  mock.on('seal', 'getEntitty', () => undefined)
})

test('names of a vendor of one’s own are any text', () => {
  expectTypeOf<OperationOf<'acme'>>().toEqualTypeOf<string>()
  expectTypeOf<ErrorOf<'./acme/openapi.yaml'>>().toEqualTypeOf<string>()
  mock.next('acme', 'listThings', 'Teapot')
  mock.on('acme', 'listThings', () => ({ status: 200, body: [] }))
  createMock({ vendors: ['./acme/openapi.yaml', 'seek'], scenario: './scenarios/mine.yaml' })
})

test('a mock is made from names or from settings by name', () => {
  expectTypeOf(
    createMock({ vendors: ['seek', 'seal'], scenario: ['seek/happy-path', 'seal/request-rate'] }),
  ).toEqualTypeOf<Mock>()
  createMock({
    vendors: { seal: { baseUrl: ['https://acme.example/api'] }, seek: {} },
    clock: { at: new Date(0), frozen: true },
    pace: 30,
    seed: 7,
  })
  // @ts-expect-error -- at least the vendors are needed
  createMock({})
  // @ts-expect-error -- a slip
  createMock({ vendors: ['seek'], scenarios: 'seek/happy-path' })
})

test('changes are what a scenario may say', () => {
  mock.play('seek/happy-path', { accounts: { default: { credits: 3 } } })
  mock.play('seek/happy-path', { fresh: true })
  mock.play(
    ['seek/happy-path', 'seal/request-rate'],
    { vendors: { seal: { limits: { 'request-rate': { limit: 1 } } } } },
    { fresh: true },
  )
  // @ts-expect-error -- a slip
  mock.play('seek/happy-path', { acounts: {} })
  // @ts-expect-error -- credits are a number, or null for no end
  mock.play('seek/happy-path', { accounts: { default: { credits: '3' } } })
})

test('an override answers at once, and with an error or an answer of its own', () => {
  mock.on('seek', 'getJob', ({ job, params, query, headers, body, items, now }) => {
    expectTypeOf(job).toEqualTypeOf<Readonly<Record<string, unknown>> | undefined>()
    expectTypeOf(params['job_uuid']).toEqualTypeOf<string | undefined>()
    expectTypeOf(query).toEqualTypeOf<URLSearchParams>()
    expectTypeOf(headers['x-api-key']).toEqualTypeOf<string | undefined>()
    expectTypeOf(body).toEqualTypeOf<unknown>()
    expectTypeOf(now).toEqualTypeOf<number>()
    return job?.['status'] === items['job']?.['status'] ? { error: 'InternalServerError' } : undefined
  })
  expectTypeOf<{ error: string }>().toExtend<OverrideAnswer>()
  // @ts-expect-error -- an async function
  mock.on('seek', 'getJob', async () => ({ error: 'InternalServerError' }))
})

test('the data that a mock returns is read-only', () => {
  expectTypeOf(mock.vendors).toEqualTypeOf<readonly string[]>()
  expectTypeOf(mock.handlers).toEqualTypeOf<readonly HttpHandler[]>()
  expectTypeOf(mock.journal.exchanges({ vendor: 'seek' })).toEqualTypeOf<Exchange[]>()
  expectTypeOf<Exchange['limits']>().toExtend<readonly unknown[]>()
  expectTypeOf(mock.clock.advance).parameter(0).toEqualTypeOf<string | number>()
  expectTypeOf(mock.session({ scenario: 'seek/happy-path' })).toEqualTypeOf<MockSession>()
  expectTypeOf(mock.fetch).returns.resolves.toEqualTypeOf<Response>()
  // @ts-expect-error -- read-only
  mock.vendors = []
  using session = mock.session()
  expectTypeOf(session.id).toEqualTypeOf<string>()
})

test('a change of a limit takes every setting that a scenario takes', () => {
  expectTypeOf<(typeof LIMIT_KEYWORDS)[keyof typeof LIMIT_KEYWORDS][number]>().toEqualTypeOf<keyof LimitChanges>()
})

test('names in changes are those of the vendor that is played', () => {
  mock.play('seek/happy-path', {
    limits: { requests: { capacity: 1, refill: '1 per 10s' } },
    jobs: { job: { outcome: 'failed', timings: { running: 'never' }, nth: { 2: { outcome: 'timeout' } } } },
    accounts: { default: { plan: 'pro', keys: { '*': 'revoked' }, webhook: { url: 'https://app.example' } } },
    data: { workers: { 'linkedin-profile': { price_credits: 5 } } },
    webhooks: { jobFinished: { duplicate: 1 }, default: { drop: true } },
    dialect: 'usd',
    latency: { default: '10ms', operations: { submitJob: { min: '1s', max: '2s' } } },
    rules: [
      {
        when: { operation: ['getJob', 'listJobs'], call: '2..' },
        then: { error: 'TooManyRequests#rate' },
        at: 'arrival',
      },
      { then: { sequence: [{ fault: 'truncate' }, { delay: '2s' }] } },
    ],
  })
  // @ts-expect-error -- a limit that it has not
  mock.play('seek/happy-path', { limits: { request: { capacity: 1 } } })
  // @ts-expect-error -- a keyword of another algorithm
  mock.play('seek/happy-path', { limits: { requests: { window: '60s' } } })
  // @ts-expect-error -- a job that it has not
  mock.play('seek/happy-path', { jobs: { jobs: { outcome: 'failed' } } })
  // @ts-expect-error -- no end of that job
  mock.play('seek/happy-path', { jobs: { job: { outcome: 'complete' } } })
  // @ts-expect-error -- no state of that job
  mock.play('seek/happy-path', { jobs: { job: { timings: { runing: '1s' } } } })
  // @ts-expect-error -- a plan that it has not
  mock.play('seek/happy-path', { accounts: { default: { plan: 'gold' } } })
  // @ts-expect-error -- a collection that it has not
  mock.play('seek/happy-path', { data: { worker: {} } })
  // @ts-expect-error -- a webhook that it has not
  mock.play('seek/happy-path', { webhooks: { finished: { duplicate: 1 } } })
  // @ts-expect-error -- it issues no tokens
  mock.play('seek/happy-path', { tokens: { oauth: { deny: true } } })
  mock.play('sequentum/happy-path', { tokens: { oauth: { access: { lasts: '5s' } } } })
  // @ts-expect-error -- an operation of another vendor
  mock.play('seek/happy-path', { rules: [{ when: { operation: 'getEntity' }, then: { delay: '1s' } }] })
  // @ts-expect-error -- an error of another vendor
  mock.play('seek/happy-path', { rules: [{ then: { error: 'TooManyRequests#concurrency' } }] })
  // @ts-expect-error -- no fault
  mock.play('seek/happy-path', { rules: [{ then: { fault: 'reset' } }] })
  // @ts-expect-error -- an operation of another vendor
  mock.play('seek/happy-path', { latency: { operations: { getEntity: '1s' } } })
})

test('several vendors have changes by name, and scenarios of one’s own any', () => {
  mock.play(['seek/happy-path', 'seal/happy-path'], {
    vendors: { seek: { limits: { requests: { capacity: 1 } } }, seal: { limits: { concurrency: { limit: 1 } } } },
  })
  // @ts-expect-error -- a limit of the other
  mock.play(['seek/happy-path', 'seal/happy-path'], { vendors: { seek: { limits: { concurrency: { limit: 1 } } } } })
  mock.play('./scenarios/mine.yaml', { limits: { mine: { limit: 1 } }, jobs: { export: { outcome: 'done' } } })
  mock.play('acme/out-of-credits', { rules: [{ when: { operation: 'render' }, then: { error: 'Teapot' } }] })
  // A name that only the run knows.
  mock.play(String('seek/happy-path'), { limits: { any: { limit: 1 } } })
})

test('an override answers by the vendor’s own errors', () => {
  mock.on('seek', 'getJob', () => ({ error: 'NotFound' }))
  // @ts-expect-error -- an error of another vendor
  mock.on('seek', 'getJob', () => ({ error: 'TooManyRequests#concurrency' }))
  mock.on('acme', 'listThings', () => ({ error: 'Teapot' }))
})

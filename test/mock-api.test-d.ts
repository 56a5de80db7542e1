import {
  createMock,
  type ErrorOf,
  type Exchange,
  type Mock,
  type MockSession,
  type OperationOf,
  type OverrideAnswer,
  type ScenarioName,
  type VendorName,
} from 'sparring'
import type { HttpHandler } from 'msw'
import { expectTypeOf, test } from 'vitest'

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

test('what a mock gives is for reading', () => {
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

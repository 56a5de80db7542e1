import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMock, forEveryFailure, type Failure, type Mock } from '../../mocks/index.ts'
import { assemble, type Assembled } from '../../mocks/connect/mock/create-mock.ts'
import { createLibrary } from '../../mocks/load/library.ts'
import { inProcess } from '../../mocks/request/proof/send.ts'
import { goodRequest } from '../../mocks/request/proof/provoke.ts'
import { createStage } from '../../mocks/request/proof/stage.ts'
import { documentedAnswers, answerName } from '../../mocks/spec/compile/operation/documented-answers.ts'
import { dialectVendor } from '../../mocks/spec/model/dialects.ts'
import { project } from '../support/data/folder.ts'

/** What the first good request meets: its documented answer, another status, or nothing at all. */
async function firstAnswer(assembled: Assembled, name: string, operation: string, { scenario, changes }: Failure) {
  const stage = createStage(assembled, name, inProcess(assembled))
  const builder = stage.play(scenario as string, changes as never)
  const found = stage.vendor.operations.get(operation)!
  const params = await stage.startJobs(builder, found)
  const before = assembled.mock.journal.exchanges().length
  await stage.shoot(goodRequest(builder, found, { params, body: undefined }))
  const exchange = assembled.mock.journal.exchanges()[before]
  const refusal = exchange?.answeredBy?.refusal
  return { status: exchange?.response?.status, fault: exchange?.fault, refusal }
}

const SAMPLE = {
  seek: ['submitJob', 'listWorkers'],
  seal: ['updateFieldValue', 'searchEntities'],
  seamless: ['researchContacts', 'searchContacts'],
  seclai: ['runAgent', 'listSources'],
  sequentum: ['startAgent', 'getAgent'],
} as const

test.each(Object.entries(SAMPLE).flatMap(([name, operations]) => operations.map((id) => [name, id] as const)))(
  'every failure of %s %s is what its first good request meets, and every documented failure is among them',
  async (name, id) => {
    const failures = forEveryFailure(name as string, id)
    const base = createLibrary().vendor(name)
    const operation = dialectVendor(base, base.dialects?.default).operations.get(id)!
    const documented = documentedAnswers(operation)
      .filter(({ code }) => /^[45]/.test(code))
      .map(answerName)
    expect(new Set(failures.flatMap(({ answer }) => answer ?? []))).toEqual(new Set(documented))
    expect(new Set(failures.map((failure) => failure.name)).size).toBe(failures.length)

    const assembled = assemble({ vendors: [name], clock: { at: '2026-03-16T10:00:00Z', frozen: true } })
    using _ = assembled.mock
    const wrong: string[] = []
    for (const failure of failures) {
      const met = await firstAnswer(assembled, name, id, failure)
      const { answer, fault } = failure
      const isMet = answer?.includes(' ')
        ? `${met.status} ${met.refusal}` === answer
        : answer !== undefined
          ? String(met.status) === answer
          : fault === met.fault || fault === `answer ${met.status}`
      if (!isMet) wrong.push(`${failure.name}: ${answer ?? fault}, and not ${JSON.stringify(met)}`)
    }
    expect(wrong).toEqual([])
  },
)

test('a failure with a scenario says what a good client does; a failure without one plays one rule', () => {
  const failures = forEveryFailure('seek', 'submitJob')
  expect(failures.find(({ name }) => name === 'seek/key-revoked')).toEqual({
    name: 'seek/key-revoked',
    scenario: 'seek/key-revoked',
    changes: {},
    answer: '401',
    fault: undefined,
    client: 'says that the key no longer works, and does not try again',
  })
  expect(failures.find(({ answer }) => answer === '429 TooManyRequests#rate')).toEqual({
    name: 'submitJob 429 TooManyRequests#rate',
    scenario: 'seek/happy-path',
    changes: {
      vendors: {
        seek: { rules: [{ when: { operation: 'submitJob' }, then: { error: 'TooManyRequests#rate' } }] },
      },
    },
    answer: '429 TooManyRequests#rate',
    fault: undefined,
    client: '',
  })
})

test('scenarios that do not change the first request are left out: those of success, of chance, and of later calls', () => {
  const names = forEveryFailure('seek', 'submitJob').map(({ name }) => name)
  for (const other of ['happy-path', 'flaky-5xx', 'rate-limited', 'out-of-credits', 'job-fails', 'polls-meet-500'])
    expect(names).not.toContain(`seek/${other}`)
})

test('a failure is played beside the scenarios of other vendors', () => {
  using mock: Mock = createMock({ vendors: ['seek', 'seal'] })
  for (const { scenario, changes } of forEveryFailure('seek', 'submitJob')) mock.play(scenario, changes)
})

test('a document of your own fails as it says, with scenarios or without', async () => {
  const folder = project({})
  const file = join(folder, 'parcels.json')
  const document = {
    openapi: '3.1.0',
    info: { title: 'Parcels', version: '1' },
    servers: [{ url: 'https://parcels.example' }],
    paths: {
      '/parcels': {
        get: { operationId: 'listParcels', responses: { 200: { description: 'All.' }, 503: { description: 'Down.' } } },
      },
    },
  }
  writeFileSync(file, JSON.stringify(document))
  const [failure, ...more] = forEveryFailure(file, 'listParcels')
  expect(more).toEqual([])
  expect(failure).toMatchObject({ name: 'listParcels 503', scenario: [], answer: '503' })
  using mock = createMock({ vendors: [file] })
  mock.play(failure!.scenario, failure!.changes)
  expect((await mock.fetch('https://parcels.example/parcels')).status).toBe(503)

  mkdirSync(join(folder, 'parcels'))
  const lines = ['title: Down', 'client: waits', 'vendor: parcels', 'rules: [{ then: { error: 503 } }]']
  writeFileSync(join(folder, 'parcels/down.yaml'), lines.join('\n'))
  const own = forEveryFailure(file, 'listParcels', { scenarios: [folder] })
  expect(own.map(({ name, client }) => ({ name, client }))).toEqual([{ name: 'parcels/down', client: 'waits' }])
})

test('an unknown operation or vendor is refused with the nearest one', () => {
  expect(() => forEveryFailure('seek', 'submitJobs' as never)).toThrow(
    '"submitJobs" is not an operation of seek. Did you mean "submitJob"?',
  )
  expect(() => forEveryFailure('seeek', 'submitJob')).toThrow('Did you mean "seek"?')
  expect(() => forEveryFailure(7 as never, 'submitJob' as never)).toThrow('Failed to call forEveryFailure(): "vendor"')
})

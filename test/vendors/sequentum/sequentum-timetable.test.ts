import { expect, test } from 'vitest'
import { AGENT, type Run, sequentumCaller } from '../../support/vendors/sequentum.ts'

/** Agents whose schedules are made here alone. */
const OTHER = '/api/v1/agent/4703'

interface Planned {
  readonly id: number
  readonly nextRunTime: string | null
}

function opened() {
  const caller = sequentumCaller()
  const { call } = caller
  const plan = async (fields: object, agent = OTHER) =>
    (await call('POST', `${agent}/schedules`, { name: 'Planned', ...fields })).body as Planned
  const runs = async (agent = OTHER) => (await call('GET', `${agent}/runs`)).body as Run[]
  const begun = async (agent = OTHER) => (await runs(agent)).map(({ created }) => created).reverse()
  return { ...caller, plan, runs, begun }
}

test('a schedule starts a run when it is due, whenever the runs are read', async () => {
  const { mock, call, plan, runs } = opened()
  const before = (await runs()).length
  const { id } = await plan({
    scheduleType: 1,
    startTime: '2026-03-16T10:05:00Z',
    parallelism: 2,
    inputParameters: '{"region":"north"}',
  })
  await mock.clock.advance('299s')
  expect(await runs()).toHaveLength(before)
  await mock.clock.advance('1h')
  const [run, ...others] = await runs()
  expect(others).toHaveLength(before)
  expect(run).toMatchObject({
    created: '2026-03-16T10:05:00Z',
    startTime: '2026-03-16T10:05:02Z',
    endTime: '2026-03-16T10:05:35Z',
    status: 9,
    parallelism: 2,
    inputCount: 1,
  })
  expect((await call('GET', `${OTHER}/run/${run!.id}/status`)).body).toEqual(run)
  expect((await call('GET', `${OTHER}/schedules/${id}`)).body).toMatchObject({ nextRunTime: null })
})

test('one that repeats starts each run at its time, and the account that made it pays', async () => {
  const { mock, call, plan, begun } = opened()
  await plan({ scheduleType: 2, runEveryCount: 20, runEveryPeriod: 1 })
  const { availableCredits: before } = (await call('GET', '/api/v1/billing/credits')).body as {
    availableCredits: number
  }
  await mock.clock.advance('61m')
  const times = ['2026-03-16T10:20:00Z', '2026-03-16T10:40:00Z', '2026-03-16T11:00:00Z']
  expect((await begun()).slice(-3)).toEqual(times)
  const { availableCredits: after } = (await call('GET', '/api/v1/billing/credits')).body as {
    availableCredits: number
  }
  const { transactions } = (await call('GET', '/api/v1/billing/history')).body as {
    transactions: Array<{ amount: number; created: string }>
  }
  const paid = transactions.filter(({ created }) => created > '2026-03-16T10:00:00Z')
  expect(paid).toHaveLength(3)
  expect(after).toBe(before + paid.reduce((sum, { amount }) => sum + amount, 0))
})

test('schedules that are there from the start run too, at what the clock said when the session began', async () => {
  const { mock, begun } = opened()
  await mock.clock.advance('21h')
  expect((await begun(AGENT)).at(-1)).toBe('2026-03-17T06:00:00Z')
  expect((await begun('/api/v1/agent/4702')).slice(-3)).toEqual(
    ['2026-03-16T12:00:00Z', '2026-03-16T18:00:00Z', '2026-03-17T00:00:00Z', '2026-03-17T06:00:00Z'].slice(-3),
  )
})

test('a schedule that is changed, turned off or deleted starts runs by its new state, once each', async () => {
  const { mock, call, plan, begun } = opened()
  const before = (await begun()).length
  const cron = { scheduleType: 3, cronExpression: '10 * * * *' }
  const [changed, off, gone] = [await plan(cron), await plan(cron), await plan(cron)]
  await call('PUT', `${OTHER}/schedules/${changed.id}`, { name: 'Renamed' })
  await call('PUT', `${OTHER}/schedules/${changed.id}`, { name: 'Later', cronExpression: '30 * * * *' })
  await call('POST', `${OTHER}/schedules/${off.id}/disable`)
  await call('DELETE', `${OTHER}/schedules/${gone.id}`)
  await mock.clock.advance('1h')
  expect((await begun()).slice(before)).toEqual(['2026-03-16T10:30:00Z'])
  await call('POST', `${OTHER}/schedules/${off.id}/enable`)
  await mock.clock.advance('15m')
  expect((await begun()).slice(before)).toEqual(['2026-03-16T10:30:00Z', '2026-03-16T11:10:00Z'])
})

test('a schedule of an archived agent leaves a run that was skipped and cost nothing; one of a disabled agent leaves none', async () => {
  const { mock, call, plan, runs } = opened()
  await plan({ scheduleType: 1, startTime: '2026-03-16T10:05:00' })
  await plan({ scheduleType: 1, startTime: '2026-03-16T10:05:00' }, '/api/v1/agent/4706')
  await call('POST', `${OTHER}/archive`)
  const before = (await runs('/api/v1/agent/4706')).length
  await mock.clock.advance('10m')
  expect((await runs())[0]).toMatchObject({ status: 11, startTime: null, message: 'The agent is archived.' })
  expect(await runs('/api/v1/agent/4706')).toHaveLength(before)
  expect((await call('GET', '/api/v1/billing/credits')).body).toMatchObject({ availableCredits: 500 })
})

test('a clock that goes on by years starts the latest runs, and does not start them by the million', async () => {
  const { mock, plan, call } = opened()
  await plan({ scheduleType: 2, runEveryCount: 1, runEveryPeriod: 1 })
  await mock.clock.advance('900d')
  const [last] = (await call('GET', `${OTHER}/runs?maxRecords=1`)).body as Run[]
  expect(last!.status).toBe(4)
  expect(((await call('GET', `${OTHER}/runs/summary`)).body as { totalCount: number }).totalCount).toBeLessThan(200)
})

test('a session that is emptied plans anew', async () => {
  const { mock, begun } = opened()
  await mock.clock.advance('3h')
  expect(await begun('/api/v1/agent/4702')).toContain('2026-03-16T12:00:00Z')
  mock.reset()
  expect(await begun('/api/v1/agent/4702')).not.toContain('2026-03-16T12:00:00Z')
  await mock.clock.advance('3h')
  expect(await begun('/api/v1/agent/4702')).toContain('2026-03-16T12:00:00Z')
})

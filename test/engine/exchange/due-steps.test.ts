import { expect, test } from 'vitest'
import { read } from '../../support/mock/mock.ts'
import { vendorMock } from '../../support/mock/spec.ts'

const BELLS = `
openapi: 3.1.0
info: { title: Bells, version: '1' }
servers: [{ url: https://api.bells.example }]
x-mock:
  jobs:
    ring: { in: rings, id: '{digits6}', start: { tower: '{$request.input#/tower}' }, item: { at: '{$now}', state: '{$job.state}' },
      states: { ringing: { for: 10s, then: rung, or: [silent] }, rung: { final: true }, silent: { final: true } } }
  collections: { rings: {} }
paths:
  /rings:
    get:
      operationId: list
      x-mock: { collection: { do: list, in: rings } }
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { type: object } } } } } }
    post:
      operationId: plan
      x-mock: { code: true }
      responses: { '204': { description: Planned. } }
`

const CODE = `
const rang = (context, tower, outcome) => context.jobs.start('ring', { by: context.account?.id ?? 'nobody' }, { input: { tower }, outcome })
export const operations = {
  plan: {
    begin: (context) => context.plan('plan', 'noon', context.now + 60_000),
    handle: (context) => { context.plan('plan', context.query.get('tower'), context.now + 30_000); return {} },
    due: (context, { key, until }) => {
      if (key === 'broken') throw new Error('the rope is torn')
      rang(context, key, key === 'quiet' ? 'silent' : undefined)
      if (key === 'noon' && context.now < until) context.plan('plan', 'noon', context.now + 60_000)
    },
  },
}
`

function bells() {
  const mock = vendorMock('bells', BELLS, { 'bells.operations.js': CODE })
  const send = async (method: string, tower = '') =>
    (await read(mock.fetch(new Request(`https://api.bells.example/rings?tower=${tower}`, { method })))).body
  const list = async () => (await send('GET')) as Array<{ tower: string; by: string; state: string }>
  return { mock, send, list }
}

test('planned steps of code run at their instant, before anything else, and their jobs continue normally', async () => {
  const { mock, send, list } = bells()
  await send('POST', 'north')
  await mock.clock.advance('29s')
  expect(await list()).toEqual([])
  await mock.clock.advance('6s')
  expect(await list()).toEqual([expect.objectContaining({ tower: 'north', state: 'ringing' })])
  await mock.clock.advance('6s')
  expect(await list()).toEqual([expect.objectContaining({ tower: 'north', state: 'rung' })])
})

test('a session plans at its beginning, and one plan leads to the next', async () => {
  const { mock, list } = bells()
  await mock.clock.advance('200s')
  expect((await list()).map(({ tower, state }) => [tower, state])).toEqual([
    ['noon', 'rung'],
    ['noon', 'rung'],
    ['noon', 'rung'],
  ])
})

test('the journal lists and counts only requests', async () => {
  const { mock, list } = bells()
  await list()
  await mock.clock.advance('10m')
  await list()
  expect(mock.journal.exchanges().map(({ number, operation }) => [number, operation])).toEqual([
    [1, 'list'],
    [2, 'list'],
  ])
})

test('a job that was planned may go another way', async () => {
  const { mock, send, list } = bells()
  await send('POST', 'quiet')
  await mock.clock.advance('45s')
  expect(await list()).toEqual([expect.objectContaining({ tower: 'quiet', state: 'silent' })])
})

test('a plan that fails is left out, and those behind it happen', async () => {
  const { mock, send, list } = bells()
  await send('POST', 'broken')
  await send('POST', 'south')
  await mock.clock.advance('31s')
  expect((await list()).map(({ tower }) => tower)).toEqual(['south'])
})

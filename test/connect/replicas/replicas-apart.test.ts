import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLostLines } from '../../../mocks/connect/replicas/lost-sessions.ts'
import { shareCoverage } from '../../../mocks/connect/replicas/met-elsewhere.ts'
import { type KeeperHost, SessionKeeper } from '../../../mocks/connect/replicas/session-keeper.ts'
import { StoreError } from '../../../mocks/connect/server/answer/store-error.ts'
import type { StoreLink } from '../../../mocks/connect/replicas/store/store-link.ts'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'

/** Parts of a replica, without a store. */

test('sessions that a store takes with it are said in one line, with the names of the first', async () => {
  const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => lines.mockRestore())
  const say = createLostLines(20)
  for (let number = 1; number <= 2000; number++) say(`s${number}`, new StoreError('store-uncertain', 'gone'))
  await sleep(60)
  say('s1', new StoreError('session-moved', 'moved'))
  await sleep(60)
  expect(lines.mock.calls.map(([line]) => line as string)).toEqual([
    'sparring: 2000 sessions are no longer executed here, since the store did not keep changes in time: "s1", "s2", "s3", …',
    'sparring: a session is no longer executed here, since another server has taken over: "s1"',
  ])
})

test('unwritten changes of a session that is taken again are reported as lost, and never written', async () => {
  const { sessions } = assemble({ vendors: ['seek'] })
  const session = sessions.all.get('default')!
  const writes: string[] = []
  const answers: Array<() => void> = []
  const run = (_: string, id: string, token: string): Promise<number> => {
    writes.push(`${id} ${token}`)
    return new Promise((resolve) => answers.push(() => resolve(1)))
  }
  const host: KeeperHost = {
    link: () => ({ run }) as unknown as StoreLink,
    storeNow: () => Date.now(),
    patience: 1000,
    lost: () => {},
  }
  const keeper = new SessionKeeper('default', host)
  keeper.session = session
  keeper.begin('1')
  keeper.changes.put('balances', 'main', 95)
  keeper.changes.done()
  const waiting = keeper.kept()
  // Before it has gone out.
  keeper.begin('2')
  await expect(waiting).rejects.toThrow('the session "default" was taken over again.')
  keeper.changes.put('balances', 'main', 90)
  keeper.changes.done()
  const kept = keeper.kept()
  await expect.poll(() => writes).toEqual(['default 2'])
  answers[0]!()
  await expect(kept).resolves.toBeUndefined()
  expect(keeper.kept()).toBeUndefined()
})

test('coverage of other servers counts, also of stopped ones, and is written once', async () => {
  const store = new Set<string>()
  const added: number[] = []
  const link = {
    members: () => Promise.resolve([...store]),
    add: (_: string, marks: readonly string[]) => {
      added.push(marks.length)
      for (const mark of marks) store.add(mark)
      return Promise.resolve()
    },
  } as unknown as StoreLink
  const one = assemble({ vendors: ['seek'] })
  const other = assemble({ vendors: ['seek'] })
  shareCoverage(link, one.meter)
  const met = shareCoverage(link, other.meter)
  const call = { headers: { 'x-api-key': 'sk_live_any' } }
  await one.mock.fetch('https://api.seek-api.com/v1/me', call)
  await one.mock.fetch('https://api.seek-api.com/v1/me', call)
  await expect.poll(() => added.length).toBe(1)
  await other.mock.fetch('https://api.seek-api.com/v1/me/credits', call)
  await expect.poll(() => added.length).toBe(2)
  const { counted, met: count, vendors } = other.coverageOf(await met())
  const cells = vendors[0]!.subjects.filter(({ isCounted, kind }) => isCounted && kind === 'operation')
  expect(cells.map(({ name }) => name).sort()).toEqual(['getCredits', 'getMe'])
  expect(cells.flatMap((subject) => subject.cells.filter(({ isMet }) => isMet)).map(({ name }) => name)).toEqual([
    '200',
    '200',
  ])
  expect(count).toBe(2)
  expect(counted).toBeGreaterThan(2)
  expect(vendors[0]!.file).toBe(other.mock.coverage().vendors[0]!.file)
})

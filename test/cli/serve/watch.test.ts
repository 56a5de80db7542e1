import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { project } from '../../support/processes/cli.ts'
import { serving } from '../../support/processes/serving.ts'

const read = (name: string): string => readFileSync(`examples/labels/${name}`, 'utf8')
const DOCUMENT = read('openapi.yaml')
const OVERLAY = read('labels.mock.overlay.yaml')
const CODE = "import { pages } from './price.ts'\nexport const operations = { printLabel: { cost: () => pages } }\n"
const scenario = (credits: number): string =>
  `title: Some credits\nclient: stops\nvendor: labels\naccounts: { default: { credits: ${credits} } }\nlimits: { prints: { limit: 100 } }\n`

const FILES = {
  'labels/openapi.yaml': DOCUMENT,
  'labels/labels.mock.overlay.yaml': OVERLAY,
  'labels/operations.ts': CODE,
  'labels/price.ts': 'export const pages = 1\n',
  'scenarios/labels/happy-path.yaml': scenario(10),
}
/** A scenario that names the limit of the overlay could not be played without it. */
const WITHOUT_SCENARIO = Object.fromEntries(Object.entries(FILES).filter(([name]) => name.startsWith('labels/')))
const KEPT = 'sessions, jobs, items, clock and journal are kept.'
const HEALTH = 'paths:\n  /health:\n    get: { operationId: health, responses: { "204": { description: Fine. } } }'

/** A served project whose files are watched. */
async function watched(given: Readonly<Record<string, string>> = FILES, more: readonly string[] = []) {
  const folder = project(given)
  const { url, err, stop } = await serving(['labels/openapi.yaml', '--port', '0', '--watch', ...more], { cwd: folder })
  const send = async (path: string, body?: object, method = 'POST') => {
    const headers = { 'x-key': 'mine', 'content-type': 'application/json' }
    const init = body && { method, body: JSON.stringify(body) }
    const response = await fetch(url + path, { ...init, headers })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
  }
  /** What was said of files so far, without the lines of exchanges. */
  const told = (): string[] =>
    err()
      .split('\n')
      .filter((line) => line !== '' && !/^\d\d:/.test(line))
  return {
    send,
    told,
    write: (name: string, text: string): void => writeFileSync(join(folder, name), text),
    path: (name: string) => join(folder, name),
    print: () => send('/labels', { to: 'Ada' }),
    /** Resolves when so many lines were said of files. */
    toldLines: async (count: number): Promise<string[]> => {
      await expect.poll(() => told().length, { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(count)
      return told()
    },
    stop,
  }
}

test('a changed document is served at once, and sessions, jobs, clock and journal go on', async () => {
  const { write, send, print, toldLines, stop } = await watched()
  const { body } = await print()
  await send('/__sparring/sessions', { id: 'other' })
  await send('/__sparring/clock', { freeze: true })
  const now = (await send('/__sparring/clock')).body['now']
  expect((await send('/health')).status).toBe(404)
  expect((await send('/__sparring/coverage')).body['met']).toBe(1)
  write('labels/openapi.yaml', DOCUMENT.replace('paths:', HEALTH))
  expect(await toldLines(1)).toEqual([`sparring: labels/openapi.yaml has changed and was read again; ${KEPT}`])
  expect((await send('/__sparring/coverage')).body['met']).toBe(1)
  expect((await send('/health')).status).toBe(204)
  expect((await send('/__sparring/coverage')).body['met']).toBe(2)
  expect(await send(`/labels/${String(body['id'])}`)).toMatchObject({ status: 200, body: { state: 'waiting' } })
  expect((await send('/s/other/health')).status).toBe(204)
  expect((await send('/__sparring/clock')).body['now']).toBe(now)
  const { exchanges } = (await send('/__sparring/journal')).body as { exchanges: Array<{ operation: string }> }
  expect(exchanges.map(({ operation }) => operation).filter(Boolean)).toEqual(['printLabel', 'health', 'getLabel'])
  expect(await stop()).toMatchObject({ code: 0 })
})

test('a broken file prints its problems, and the last good version is served until it is mended', async () => {
  const { write, send, toldLines, stop } = await watched()
  write('labels/openapi.yaml', DOCUMENT.replace('paths:', HEALTH).replace('info: {', 'info: [{'))
  const [first, second, third] = await toldLines(3)
  expect(first).toBe('sparring: labels/openapi.yaml has changed and cannot be used; the last good version is served.')
  expect(second).toMatch(/^Failed to load the spec labels\/openapi\.yaml: \d+ problems?\.$/)
  expect(third).toMatch(/^ {2}labels\/openapi\.yaml:3:1 error syntax: /)
  expect((await send('/labels', { to: 'Ada' })).status).toBe(202)
  const before = (await toldLines(3)).length
  write('labels/openapi.yaml', DOCUMENT.replace('paths:', HEALTH))
  expect((await toldLines(before + 1)).slice(before)).toEqual([
    `sparring: labels/openapi.yaml has changed and was read again; ${KEPT}`,
  ])
  expect((await send('/health')).status).toBe(204)
  await stop()
})

test('a document that could not be used is read with the file that mends it', async () => {
  const { write, send, toldLines, stop } = await watched({
    ...FILES,
    'scenarios/labels/happy-path.yaml': scenario(10).replace('100', '1'),
  })
  write('labels/labels.mock.overlay.yaml', OVERLAY.replace('name: prints', 'name: copies'))
  expect((await toldLines(3))[0]).toBe(
    'sparring: labels/labels.mock.overlay.yaml has changed and cannot be used; the last good version is served.',
  )
  const before = (await toldLines(3)).length
  write('scenarios/labels/happy-path.yaml', scenario(10).replace('prints: { limit: 100', 'copies: { limit: 1'))
  expect((await toldLines(before + 1)).at(-1)).toBe(
    `sparring: scenarios/labels/happy-path.yaml has changed and was read again; ${KEPT}`,
  )
  await send('/labels', { to: 'Ada' })
  expect((await send('/labels', { to: 'Ada' })).status).toBe(429)
  const { exchanges } = (await send('/__sparring/journal')).body as { exchanges: Array<{ explanation: string }> }
  expect(exchanges.at(-1)!.explanation).toContain('limit copies: 1 of 1 used')
  await stop()
})

test('a changed scenario is played, with the credits that it names; a file that says the same takes nothing back', async () => {
  const { write, print, told, toldLines, stop } = await watched({
    ...FILES,
    'scenarios/labels/happy-path.yaml': scenario(2),
  })
  expect([(await print()).status, (await print()).status, (await print()).status]).toEqual([202, 202, 402])
  write('scenarios/labels/happy-path.yaml', `# The same.\n${scenario(2)}`)
  await toldLines(1)
  expect((await print()).status).toBe(402)
  write('scenarios/labels/happy-path.yaml', scenario(3))
  await toldLines(2)
  expect((await print()).status).toBe(202)
  expect(told()).toEqual([
    `sparring: scenarios/labels/happy-path.yaml has changed and was read again; ${KEPT}`,
    `sparring: scenarios/labels/happy-path.yaml has changed and was read again; ${KEPT}`,
  ])
  await stop()
})

test('code is reloaded with its imports, and added or removed overlays are noticed', async () => {
  const { write, print, path, toldLines, stop } = await watched(WITHOUT_SCENARIO)
  expect((await print()).status).toBe(202)
  write('labels/price.ts', 'export const pages = 100\n')
  expect(await toldLines(1)).toEqual([`sparring: labels/price.ts has changed and was read again; ${KEPT}`])
  expect((await print()).status).toBe(402)
  rmSync(path('labels/operations.ts'))
  rmSync(path('labels/labels.mock.overlay.yaml'))
  expect((await toldLines(2))[1]).toBe(
    'sparring: labels/labels.mock.overlay.yaml (gone), labels/operations.ts (gone) have changed and were read again; state was reset of labels, since it has no job "label" any more. Clock and journal are kept.',
  )
  expect((await print()).status).toBe(202)
  write(
    'labels/labels.mock.overlay.yaml',
    OVERLAY.replace(', update: { x-mock: { code: true, job', ', update: { x-mock: { job'),
  )
  await toldLines(3)
  expect((await print()).body['state']).toBe('waiting')
  await stop()
})

test('a job whose states are gone is reset, in one line that says so', async () => {
  const { write, send, print, toldLines, stop } = await watched()
  const { body } = await print()
  write('labels/labels.mock.overlay.yaml', OVERLAY.replace('states: { waiting:', 'states: { queued:'))
  expect(await toldLines(1)).toEqual([
    'sparring: labels/labels.mock.overlay.yaml has changed and was read again; state was reset of labels, since its job "label" has no state "waiting" any more. Clock and journal are kept.',
  ])
  expect((await send(`/labels/${String(body['id'])}`)).status).toBe(404)
  expect((await print()).body['state']).toBe('queued')
  await stop()
})

test('many saves in a second are one reload, also of a file that an editor puts in the place of the other', async () => {
  const { write, send, path, told, toldLines, stop } = await watched()
  for (let save = 1; save <= 10; save++) {
    write('labels/next.yaml', DOCUMENT.replace('paths:', save < 10 ? 'paths: [' : HEALTH))
    renameSync(path('labels/next.yaml'), path('labels/openapi.yaml'))
    await pause(80)
  }
  await toldLines(1)
  expect((await send('/health')).status).toBe(204)
  await pause(600)
  expect(told()).toEqual([`sparring: labels/openapi.yaml has changed and was read again; ${KEPT}`])
  await stop()
})

test('a scenario that is added can be played, and one that is played and removed goes on being played', async () => {
  const { write, send, print, path, toldLines, stop } = await watched()
  write('scenarios/labels/poor.yaml', scenario(0))
  expect(await toldLines(1)).toEqual([`sparring: scenarios/labels/poor.yaml has changed and was read again; ${KEPT}`])
  expect((await send('/__sparring/scenario', { names: ['labels/poor'] }, 'PUT')).status).toBe(200)
  expect((await print()).status).toBe(402)
  rmSync(path('scenarios/labels/poor.yaml'))
  expect((await toldLines(3)).slice(1)).toEqual([
    'sparring: scenarios/labels/poor.yaml (gone) has changed and cannot be used; the last good version is served.',
    'Failed to play "labels/poor": no such scenario.',
  ])
  expect((await print()).status).toBe(402)
  await stop()
})

test('handlers of the project are loaded anew', async () => {
  const { write, send, toldLines, stop } = await watched({ ...FILES, 'own.mjs': OWN.replace('COLOUR', 'red') }, [
    '--handlers',
    'own.mjs',
  ])
  expect((await send('/colour')).body).toEqual({ colour: 'red' })
  write('own.mjs', OWN.replace('COLOUR', 'blue'))
  expect(await toldLines(1)).toEqual([`sparring: own.mjs has changed and was read again; ${KEPT}`])
  expect((await send('/colour')).body).toEqual({ colour: 'blue' })
  await stop()
})

/** Handlers as `http` of MSW makes them; a folder of its own has no MSW installed. */
const OWN = `
import { createRequire } from 'node:module'
const { http, HttpResponse } = createRequire(${JSON.stringify(import.meta.url)})('msw')
export const handlers = [http.get('/colour', () => HttpResponse.json({ colour: 'COLOUR' }))]
`

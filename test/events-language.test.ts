import { readFileSync } from 'node:fs'
import { createMock, InvalidFileError } from 'sparring'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../mocks/state/store.ts'
import { ATLAS } from './support/atlas.ts'
import { sparring } from './support/cli.ts'
import { testFolder } from './support/spec.ts'

/** The small vendor with one text in place of another. */
function changed(...changes: ReadonlyArray<readonly [before: string, after: string]>): string {
  let text = readFileSync(ATLAS, 'utf8')
  for (const [before, after] of changes) {
    expect(text).toContain(before)
    text = text.replace(before, after)
  }
  return `${testFolder({ 'atlas.yaml': text })}/atlas.yaml`
}

/** What loading complains of, without the places. */
function complaints(...changes: ReadonlyArray<readonly [before: string, after: string]>): string[] {
  try {
    createMock({ vendors: [changed(...changes)] })
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems.map(({ code, message }) => `${code}: ${message}`)
    throw error
  }
  return []
}

test('events say what they are, and nothing that cannot be', () => {
  expect(complaints(['{ type: broke }', '{ typ: broke }'])).toEqual([
    'unknown-keyword: "typ" is not a keyword of an event. Did you mean "type"?',
  ])
  expect(complaints(['every: 500ms, times: 3', 'every: 0ms, times: 3'])).toEqual([
    'bad-value: "every" has to be more than nothing, else the event repeats without end at one instant.',
  ])
  expect(complaints(['every: 500ms, times: 3', 'times: 3'])).toEqual([
    'bad-value: "times" says how often an event repeats, and no "every" says how soon. Add "every".',
  ])
  expect(complaints(['{$account.company}', '{$request.body#/question}'])).toEqual([
    'unknown-root: "$request" is not a value that can be read here. Known: $job, $event, $now, $account, $plan, $run.',
  ])
  expect(complaints(['#/components/schemas/Step', '#/components/schemas/Stepp'])).toEqual([
    'dangling-ref: "#/components/schemas/Stepp" does not exist in this document.',
  ])
})

test('an operation that tells of events names a job that its path says', () => {
  expect(complaints(['on: run\n          after', 'on: runn\n          after'])).toEqual([
    'unknown-job: "runn" is not one of the jobs. Did you mean "run"?',
  ])
  expect(complaints(['notFound: NotFound }', 'notFound: NotFound, param: id }'])).toContain(
    'unnamed-job: The path /runs/{run_id}/events does not say which run: it has no {id}, which names an item of runs. Name the parameter so, or write "param" on that collection.',
  )
  expect(
    complaints(['x-mock:\n        events:', 'x-mock:\n        collection: { do: read, in: runs }\n        events:']),
  ).toEqual(['conflicting-keywords: "collection" cannot stand beside "events". Keep one of them.'])
})

test('a start that waits answers with what is documented', () => {
  expect(complaints(['            status: 200\n', '            status: 201\n'])).toEqual([
    'undocumented-answer: The operation documents no 201. It has: 200, 202, 402, 422, 429.',
  ])
  expect(complaints(['late: UnprocessableEntity#late', 'late: UnprocessableEntity#later'])).toEqual([
    'unknown-error: "UnprocessableEntity#later" is not one of components.responses or one of their examples. Did you mean "UnprocessableEntity#late"?',
  ])
})

test('check warns of an event that its state ends before, and of a late answer nobody documents', async () => {
  const file = changed(
    ['after: 3s, data', 'after: 4s, data'],
    ['late: UnprocessableEntity#late', 'late: Conflict#ended'],
  )
  const { out, err } = await sparring(['check', file])
  expect(out + err).toContain(
    'warning late-event: "step_completed" never happens: "running" lasts 3s. Let it come sooner, or write it in a later state.',
  )
  expect(out + err).toContain('error undocumented-refusal: startRun documents no Conflict.')
})

test('the vendor that the tests of events use is in order', async () => {
  const { out, err, code } = await sparring(['check', ATLAS])
  expect([err, code]).toEqual(['', 0])
  expect(out).not.toContain('warning')
})

test('who watches a row is called after each step that has put it', () => {
  const store = createMemoryStore()
  const seen: unknown[] = []
  const stop = store.watch({ table: 't', key: 'a' }, () => seen.push(store.transact((tx) => tx.get('t', 'a'))))
  store.transact((tx) => tx.put('t', 'b', 1))
  store.transact((tx) => tx.put('u', 'a', 1))
  expect(seen).toEqual([])
  store.transact((tx) => {
    tx.put('t', 'a', 1)
    tx.put('t', 'a', 2)
  })
  expect(() =>
    store.transact((tx) => {
      tx.put('t', 'a', 3)
      throw new Error('taken back')
    }),
  ).toThrow('taken back')
  expect(seen).toEqual([2])
  stop()
  store.transact((tx) => tx.put('t', 'a', 4))
  expect(seen).toEqual([2])
})

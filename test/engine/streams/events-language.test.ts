import { createMock, InvalidFileError } from 'sparring'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../../../mocks/state/store.ts'
import { ATLAS, changedAtlas } from '../../support/mock/atlas.ts'
import { sparring } from '../../support/processes/cli.ts'

/** What loading complains of, without the places. */
function complaints(...changes: ReadonlyArray<readonly [before: string, after: string]>): string[] {
  try {
    createMock({ vendors: [changedAtlas(...changes)] })
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
    'bad-value: "every" must be longer than 0s, or the event repeats forever at one instant.',
  ])
  expect(complaints(['every: 500ms, times: 3', 'times: 3'])).toEqual([
    'bad-value: "times" says how often an event repeats, and "every" is missing. Add "every".',
  ])
  expect(complaints(['every: 500ms, times: 3', 'each: words'])).toEqual([
    'bad-value: "each" takes the time of every event from its entry, so "after" has no effect. Remove "after".',
  ])
  expect(complaints(['{$account.company}', '{$request.body#/question}'])).toEqual([
    'unknown-root: "$request" is not a value that can be read here. Known: $job, $event, $now, $account, $plan, $run.',
  ])
  expect(complaints(['#/components/schemas/Step', '#/components/schemas/Stepp'])).toEqual([
    'dangling-ref: "#/components/schemas/Stepp" does not exist in this document.',
  ])
})

test('an operation that lists events names a job from its path', () => {
  expect(complaints(['on: run\n          after', 'on: runn\n          after'])).toEqual([
    'unknown-job: "runn" is not one of the jobs. Did you mean "run"?',
  ])
  expect(complaints(['notFound: NotFound }', 'notFound: NotFound, param: id }'])).toContain(
    'unnamed-job: The path /runs/{run_id}/events does not say which run: it has no {id}, which names an item of runs. Name the parameter so, or write "param" on that collection.',
  )
  expect(
    complaints(['x-mock:\n        events:', 'x-mock:\n        collection: { do: read, in: runs }\n        events:']),
  ).toEqual(['conflicting-keywords: "collection" cannot be used with "events". Keep one of them.'])
})

test('a start that waits answers with what is documented', () => {
  expect(complaints(['            status: 200\n', '            status: 201\n'])).toEqual([
    'undocumented-answer: The operation documents no 201. It has: 200, 202, 402, 422, 429.',
  ])
  expect(complaints(['late: UnprocessableEntity#late', 'late: UnprocessableEntity#later'])).toEqual([
    'unknown-error: "UnprocessableEntity#later" is not one of components.responses or one of their examples. Did you mean "UnprocessableEntity#late"?',
  ])
})

test('a stream must be documented as one, and excludes other keywords', () => {
  const stream = 'x-mock: { stream: { on: run } }'
  expect(
    complaints([
      "content: { text/event-stream: { schema: { type: string } } } }\n        '402'",
      "content: { text/plain: { schema: { type: string } } } }\n        '402'",
    ]),
  ).toEqual([
    'undocumented-answer: A stream is sent as text/event-stream, and the normal answer documents text/plain. Add that media type to it.',
  ])
  expect(complaints([stream, 'x-mock: { stream: {} }'])).toEqual([
    'missing-keyword: The operation starts no job, so it must name the job whose events it streams. Write "on: run".',
  ])
  expect(complaints([stream, 'x-mock: { stream: { on: run }, job: { do: cancel, on: run } }'])).toEqual([
    'conflicting-keywords: "do" cannot be used with "stream". Keep one of them.',
  ])
  expect(complaints([stream, "x-mock: { stream: {}, job: { start: run, each: '{$request.body#/all}' } }"])).toEqual([
    'conflicting-keywords: "each" cannot be used with "stream". Keep one of them.',
  ])
  expect(complaints(['          wait:\n', "          each: '{$request.body#/all}'\n          wait:\n"])).toEqual([
    'conflicting-keywords: "wait" cannot be used with "each". Keep one of them.',
  ])
  expect(complaints(['init: { event: init,', 'on: run\n          init: { event: init,'])).toEqual([
    'conflicting-keywords: The operation starts a run, and streams that one. Leave "on" out.',
  ])
  expect(complaints(['keepAlive: { every: 15s }', 'keepAlive: { every: 0s }'])).toEqual([
    'bad-value: "every" must be longer than 0s, or the stream would hold only comments.',
  ])
  expect(complaints(['keepAlive: { every: 15s }', 'retry: soon'])).toEqual([
    'bad-format: "retry" must be a duration like 250ms, 10s, 5m, 1h or 30d; got "soon".',
  ])
  expect(complaints(['timeout: { after: 300s,', 'timeout: {'])).toEqual([
    'missing-keyword: "after" is missing from a timeout. Write for example: after: 300s',
  ])
})

test('a rule that ends a stream is for operations that stream, and have words for that', () => {
  const play = (then: object, operation = 'streamRun'): string[] => {
    using mock = createMock({ vendors: [ATLAS] })
    try {
      mock.play([], { rules: [{ when: { operation }, then }] } as never)
    } catch (error) {
      if (error instanceof InvalidFileError) return error.problems.map(({ code, message }) => `${code}: ${message}`)
      throw error
    }
    return []
  }
  expect(play({ stream: 'error', after: 3 })).toEqual([])
  expect(play({ stream: 'error' }, 'followRun')).toEqual([
    'no-stream: The stream of followRun has no "error". Write how it looks under "stream" of the operation.',
  ])
  expect(play({ stream: 'timeout' }, 'getRun')).toEqual([
    'no-stream: getRun does not stream. Operations that do: streamRun, followRun.',
  ])
  expect(play({ fault: 'slow-body', after: 1 })).toEqual([
    'conflicting-keywords: "fault: slow-body" has no effect on a stream, which has no content-length and is sent over time, so "after" cannot be used with it. Leave it out, or take truncate, empty-response, connection-reset, malformed-response-chunk or hang.',
  ])
})

test('check warns of events that no operation reports', async () => {
  const unheard = changedAtlas(
    [
      '  jobs:\n',
      `  jobs:
    other:
      in: others
      states: { open: { for: 1s, then: shut, events: [{ type: opened }] }, shut: { final: true } }
`,
    ],
    ['  collections:\n', '  collections:\n    others: {}\n'],
  )
  expect((await sparring(['check', unheard])).out).toContain(
    'warning unheard-events: No operation reports the events of "other". Write "events: { on: other }" or "stream" in the "x-mock" of one.',
  )
})

test('check warns of an event after the end of its state, and of an undocumented late answer', async () => {
  const file = changedAtlas(
    ['after: 3s, data', 'after: 4s, data'],
    ['late: UnprocessableEntity#late', 'late: Conflict#ended'],
  )
  const { out, err } = await sparring(['check', file])
  expect(out + err).toContain(
    'warning late-event: "step_completed" never happens: "running" lasts 3s. Make it earlier, or move it to a later state.',
  )
  expect(out + err).toContain('error undocumented-refusal: startRun documents no Conflict.')
})

test('the vendor that the tests of events use is in order', async () => {
  const { out, err, code } = await sparring(['check', ATLAS])
  expect([err, code]).toEqual(['', 0])
  expect(out).not.toContain('warning')
})

test('a watcher of a row is called after each step that has put it', () => {
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

test('vendors shows which operations report a vendor’s jobs', async () => {
  const { out } = await sparring(['vendors', ATLAS])
  expect(out).toContain(`
Events (1)
  run: queued, step_started, token, step_completed, waiting, finished, broke, stopped
    startRun: an answer at its end, where the request asks for that
    streamRun: a stream, for 5m at most
    followRun: a stream, where the client accepts one
    pollEvents: a long poll, for 25s at most
`)
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Members of an interface, each with the comment before it. */
function membersOf(
  file: string,
  name: string,
): Array<{ readonly name: string; readonly comment: string; readonly isCall: boolean }> {
  const body = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}$`, 'm').exec(
    readFileSync(file, 'utf8'),
  )![1]!
  return [...body.matchAll(/^( {2}\/\*\*(?:[^*]|\*(?!\/))*\*\/\n)? {2}readonly (\w+)\??: (.*)/gm)].map((match) => ({
    name: match[2]!,
    comment: match[1] ?? '',
    isCall: /^(?:<|\()/.test(match[3]!),
  }))
}

const api = 'mocks/connect/mock/api'
const parts = `${api}/session-parts.ts`
const options = `${api}/mock-options.ts`

test.each([
  [`${api}/mock-api.ts`, 'Mock'],
  [`${api}/mock-session.ts`, 'MockSession'],
  [parts, 'MockClock'],
  [parts, 'MockJournal'],
  [parts, 'MockWebhooks'],
  [parts, 'Credentials'],
  [parts, 'TokenCredentials'],
  ['mocks/connect/server/start-server.ts', 'MockServer'],
])('%s: every member of %s has words in an editor, and every call an example', (file, name) => {
  const members = membersOf(file, name)
  expect(members.length).toBeGreaterThan(1)
  expect(members.filter(({ comment }) => comment === '').map((member) => member.name)).toEqual([])
  expect(
    members.filter(({ comment, isCall }) => isCall && !comment.includes('@example')).map((each) => each.name),
  ).toEqual([])
})

test.each([
  [options, 'MockOptions'],
  [options, 'VendorOptions'],
  ['mocks/connect/server/start-server.ts', 'ServerOptions'],
])('%s: every option of %s has words and an example', (file, name) => {
  const members = membersOf(file, name)
  expect(members.length).toBeGreaterThan(2)
  expect(members.filter(({ comment }) => !comment.includes('@example')).map((member) => member.name)).toEqual([])
})

test.each([
  ['mocks/connect/mock/create-mock.ts', 'createMock'],
  ['mocks/connect/browser/create-page-mock.ts', 'createMock'],
  ['mocks/connect/server/start-server.ts', 'startServer'],
  ['mocks/engine/session/breaches.ts', 'onBreach'],
  ['mocks/engine/deliveries/delivery.ts', 'onDelivery'],
  ['mocks/engine/answer/explain.ts', 'explain'],
  ['mocks/spec/problems/problem.ts', 'formatProblem'],
])('%s: %s has an example', (file, name) => {
  const comment = new RegExp(`(/\\*\\*(?:[^*]|\\*(?!/))*\\*/)\\nexport (?:async )?function ${name}\\b`).exec(
    readFileSync(file, 'utf8'),
  )
  expect(comment?.[1]).toContain('@example')
})

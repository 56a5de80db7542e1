import { expect, test } from 'vitest'
import { vendorMock } from '../support/mock/spec.ts'

const SPEC = (id: string): string => `
openapi: 3.1.0
info: { title: Ids, version: '1' }
servers: [{ url: https://ids.example }]
x-mock:
  collections: { runs: { key: [id] } }
  jobs: { run: { in: runs, id: '${id}', states: { done: { final: true } } } }
paths:
  /: { post: { operationId: start, x-mock: { job: { start: run } }, responses: { '200': { description: Fine., content: { application/json: { schema: { type: object } } } } } } }
`

test.each([
  ['run_{hex12}', /^run_[0-9a-f]{12}$/],
  ['{nanoid21}', /^[\w-]{21}$/],
  ['{alnum15}', /^[0-9A-Za-z]{15}$/],
  ['r-{alnum4}-{hex8}', /^r-[0-9A-Za-z]{4}-[0-9a-f]{8}$/],
])('ids of the form %s look so, differ, and are the same when the session is played again', async (form, pattern) => {
  const ids = async (): Promise<string[]> => {
    const mock = vendorMock('ids', SPEC(form))
    const start = async (): Promise<string> => {
      const answer = await mock.fetch('https://ids.example/', { method: 'POST' })
      return ((await answer.json()) as { id: string }).id
    }
    return [await start(), await start(), await start()]
  }
  const first = await ids()
  for (const id of first) expect(id).toMatch(pattern)
  expect(new Set(first).size).toBe(3)
  expect(await ids()).toEqual(first)
})

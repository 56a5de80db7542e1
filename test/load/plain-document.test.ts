import { execFileSync } from 'node:child_process'
import { createMock } from 'sparring'
import { beforeAll, describe, expect, test } from 'vitest'
import { assemble } from '../../mocks/connect/mock/create-mock.ts'
import type { Runtime } from '../../mocks/engine/exchange/runtime.ts'
import type { Operation } from '../../mocks/spec/model/operation/operation.ts'
import { githubDocument } from '../support/data/github-document.ts'

const widgets = 'test/fixtures/plain/openapi.yaml'
const authorized = { authorization: 'Bearer anything' }

test('a plain document answers with its example, else with a body made for its schema', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  const list = await mock.fetch('https://widgets.example/v2/widgets?size=3', { headers: authorized })
  expect(await list.json()).toEqual([{ id: 7, name: 'Sprocket', owner: null }])
  const one = await mock.fetch('https://widgets.example/v2/widgets/7', { headers: authorized })
  expect(one.status).toBe(200)
  expect(await one.json()).toEqual({ id: expect.any(Number), name: expect.any(String), owner: expect.any(String) })
})

test('its security schemes give the 401 that it documents, or a plain one', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  const documented = await mock.fetch('https://widgets.example/v2/widgets/7')
  expect([documented.status, await documented.text()]).toEqual([401, '{"code":"no_key"}'])
  const plain = await mock.fetch('https://widgets.example/v2/widgets?size=3')
  expect([plain.status, plain.headers.get('content-type'), await plain.json()]).toEqual([
    401,
    'application/problem+json',
    {
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'no credential in header authorization (bearer); any key like anything would pass',
    },
  ])
})

test('parameters and bodies are judged by its schemas', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  const query = await mock.fetch('https://widgets.example/v2/widgets?size=500', { headers: authorized })
  expect([query.status, await query.json()]).toEqual([
    400,
    { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'query parameter size must be at most 50' },
  ])
  const body = await mock.fetch('https://widgets.example/v2/widgets', {
    method: 'POST',
    headers: { ...authorized, 'content-type': 'application/json' },
    body: '{"id":"x"}',
  })
  expect([body.status, await body.text()]).toEqual([422, '{"code":"wrong"}'])
})

test('paths and methods it does not have are 404 and 405', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  const path = await mock.fetch('https://widgets.example/v2/gadgets', { headers: authorized })
  expect([path.status, await path.json()]).toMatchObject([
    404,
    { detail: 'no operation has the path /v2/gadgets; did you mean /v2/widgets?' },
  ])
  const method = await mock.fetch('https://widgets.example/v2/widgets/7', { method: 'PUT', headers: authorized })
  expect([method.status, await method.json()]).toMatchObject([405, { detail: '/v2/widgets/7 has GET and no PUT' }])
})

test('a scenario may name an answer of a plain document by its status', async () => {
  const mock = createMock({ vendors: [widgets], checkReplies: true })
  mock.next('plain', 'getWidget', 404)
  const missing = await mock.fetch('https://widgets.example/v2/widgets/7', { headers: authorized })
  expect([missing.status, await missing.text()]).toEqual([404, '{"code":"none"}'])
})

const github = await githubDocument()

describe.runIf('path' in github)(
  `an unedited document of more than 500 operations${'path' in github ? '' : ` (left out: ${github.unavailable})`}`,
  () => {
    const file = 'path' in github ? github.path : ''
    let loaded: ReturnType<typeof assemble>
    let runtime: Runtime
    let first = 0

    beforeAll(async () => {
      // Of this thread alone: others on the machine do not count.
      const started = process.threadCpuUsage()
      loaded = assemble({ vendors: [file], checkReplies: true })
      runtime = [...loaded.sessions.engine.runtimes.values()][0]!
      await loaded.mock.fetch('https://api.github.com/repos/octo/hello')
      const { user, system } = process.threadCpuUsage(started)
      first = (user + system) / 1000
    })

    test('gives its first answer in less than two seconds of work', () => {
      expect(first).toBeLessThan(2000)
    })

    test('is loaded in 1.2 seconds of work and 450 MB of memory', { timeout: 60_000 }, () => {
      const program = `
        const { createMock } = await import('sparring')
        const before = process.threadCpuUsage()
        const mock = createMock({ vendors: [${JSON.stringify(file)}] })
        const { user, system } = process.threadCpuUsage(before)
        console.log(JSON.stringify({ work: (user + system) / 1000, memory: process.resourceUsage().maxRSS / 1024 }))
        mock.close()`
      const loads = [1, 2, 3].map(() => {
        const flags = ['--conditions=sparring-source', '--input-type=module', '-e', program]
        return JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as Record<string, number>
      })
      // When the collector comes by on a busy machine is chance.
      expect(Math.min(...loads.map(({ work }) => work!))).toBeLessThan(1200)
      expect(Math.min(...loads.map(({ memory }) => memory!))).toBeLessThan(450)
    })

    test('answers every operation with a body that fits its schema', { timeout: 90_000 }, async () => {
      const operations = [...runtime.vendor.operations.values()]
      expect(operations.length).toBeGreaterThan(500)
      const failed: string[] = []
      for (const operation of operations) {
        const response = await loaded.mock.fetch(requestOf(operation))
        if (response.status >= 400) failed.push(`${operation.id}: ${response.status} ${await response.text()}`)
      }
      // Replies are checked: one that did not fit would be a 500 that says how.
      expect(failed).toEqual([])
    })

    function requestOf(operation: Operation): Request {
      const valueOf = (name: string): string => {
        const parameter = operation.parameters.find((entry) => entry.name === name)
        return String(parameter?.schema ? runtime.make(1, parameter.schema, [name]) : 'x')
      }
      const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(valueOf(name)))
      const url = new URL(`https://api.github.com${path}`)
      for (const parameter of operation.parameters) {
        if (parameter.in === 'query' && parameter.required)
          url.searchParams.set(parameter.name, valueOf(parameter.name))
      }
      const [type, schema] = [...(operation.body?.content ?? [])][0] ?? []
      // Some answers are redirects to other hosts: it is the redirect that is judged.
      const redirect = 'manual'
      if (type === undefined || operation.method === 'GET')
        return new Request(url, { method: operation.method, redirect })
      const body = schema && /json/.test(type) ? JSON.stringify(runtime.make(1, schema, ['body', operation.id])) : 'x'
      return new Request(url, { method: operation.method, headers: { 'content-type': type }, body, redirect })
    }
  },
)

import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { assemble } from '../../../mocks/connect/mock/create-mock.ts'
import type { Runtime } from '../../../mocks/engine/exchange/runtime.ts'
import type { Operation } from '../../../mocks/spec/model/operation/operation.ts'
import { githubDocument } from '../../support/data/github-document.ts'

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

    // By the reading of the same text, since machines differ, and one by the hour.
    test('is loaded in the work of reading its JSON forty times, and 450 MB of memory', { timeout: 120_000 }, () => {
      const program = `
        const { readFileSync } = await import('node:fs')
        const { createMock } = await import('sparring')
        const workOf = (run) => {
          const before = process.threadCpuUsage()
          run()
          const { user, system } = process.threadCpuUsage(before)
          return (user + system) / 1000
        }
        const work = workOf(() => createMock({ vendors: [${JSON.stringify(file)}] }))
        const memory = process.resourceUsage().maxRSS / 1024
        const text = readFileSync(${JSON.stringify(file)}, 'utf8')
        const reads = [1, 2, 3, 4, 5].map(() => workOf(() => JSON.parse(text)))
        console.log(JSON.stringify({ times: work / Math.min(...reads), memory }))`
      const loads = [1, 2, 3].map(() => {
        const flags = ['--conditions=sparring-source', '--input-type=module', '-e', program]
        return JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as Record<string, number>
      })
      // When the collector comes by on a busy machine is chance.
      expect(Math.min(...loads.map(({ times }) => times!))).toBeLessThan(40)
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

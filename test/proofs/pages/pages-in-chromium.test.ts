import { readFileSync } from 'node:fs'
import type { Browser, Page as Tab } from '@playwright/test'
import { createMock } from 'sparring'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLibrary } from '../../../mocks/load/library.ts'
import { listScenarioNames } from '../../../mocks/load/situations.ts'
import { askAll, type Asked, type Seen } from '../../fixtures/browser/page.ts'
import {
  bundle,
  type Bundled,
  findChromium,
  launch,
  NO_CHROMIUM,
  run,
  serveSite,
  type Site,
} from '../../support/processes/browser.ts'
import { NOW } from '../../support/mock/mock.ts'
import { requestsOf } from '../../support/mock/requests.ts'

const chromium = findChromium()
const library = createLibrary()
const names = library.vendorNames()
const origins = names.flatMap((name) => library.vendor(name).servers.map(({ origin }) => origin))
/** What a careful application allows; `connect-src` names the vendors, since it also holds for what a worker answers. */
const POLICY = `default-src 'self'; script-src 'self'; worker-src 'self'; connect-src 'self' ${[...new Set(origins)].join(' ')}`
const example = /^```ts page\n([\s\S]*?)^```$/m.exec(readFileSync('docs/browser.md', 'utf8'))![1]!

describe.skipIf(chromium === undefined)(
  `in Chromium${chromium === undefined ? ` (skipped: ${NO_CHROMIUM})` : ''}`,
  () => {
    let bundled: Bundled
    let site: Site
    let browser: Browser

    beforeAll(async () => {
      bundled = await bundle(
        { page: readFileSync('test/fixtures/browser/page.ts', 'utf8'), example },
        { acme: ['examples/acme/openapi.yaml', '--scenarios', 'examples/acme/scenarios'] },
      )
      site = await serveSite(bundled.folder, POLICY)
      browser = await launch()
    }, 180_000)

    afterAll(async () => {
      await browser?.close()
      await site?.close()
      bundled?.remove()
    })

    /** A page of its own, closed behind the test; what it says on its console about errors fails the test. */
    async function inPage<T>(visit: (tab: Tab) => Promise<T>, path = '/page.html'): Promise<T> {
      const context = await browser.newContext()
      try {
        const tab = await context.newPage()
        const errors: string[] = []
        tab.on('pageerror', (error) => errors.push(String(error)))
        await tab.goto(site.url + path)
        const result = await visit(tab)
        expect(errors).toEqual([])
        return result
      } finally {
        await context.close()
      }
    }

    test('the policy of the page forbids code made from text, and refuses nothing that the package does', async () => {
      const [mayEval, refused] = await inPage((tab) =>
        tab.evaluate(async (vendors) => {
          const mock = sparring.createMock({ vendors: await sparring.vendors(vendors), checkReplies: true })
          await sparring.setupWorker(...mock.handlers).start({ quiet: true })
          await fetch('https://api.seek-api.com/v1/me', { headers: { 'x-api-key': 'sk_live_any' } })
          return [sparring.mayEval, sparring.refused] as const
        }, names),
      )
      expect(mayEval).toBe(false)
      expect(refused).toEqual([])
    })

    test.each(names)(
      '%s answers through the worker as it does in Node, byte for byte',
      { timeout: 120_000 },
      async (name) => {
        const requests = requestsOf(name)
        const expected = await inNode(name, [{ scenario: `${name}/happy-path`, requests }])
        const actual = await inPage((tab) =>
          tab.evaluate(
            async ([name, requests, at]) => {
              const vendors = await sparring.vendors([name])
              const mock = sparring.createMock({ vendors, clock: { at, frozen: true }, seed: 7, checkReplies: true })
              await sparring.setupWorker(...mock.handlers).start({ quiet: true, onUnhandledFrame: 'error' })
              return sparring.askAll(mock, (request) => fetch(request), requests)
            },
            [name, requests, NOW] as const,
          ),
        )
        expect(actual).toEqual(expected[0])
        expect(requests.length).toBeGreaterThan(10)
      },
    )

    test.each(names)(
      'every scenario of %s answers in a page as it does in Node',
      { timeout: 300_000 },
      async (name) => {
        const requests = requestsOf(name)
        // Each scenario meets every fourth request, and each request every fourth scenario: all of them with all take minutes.
        const plays = listScenarioNames(library, name).map((scenario, index) => ({
          scenario,
          requests: requests.filter((_, place) => place % 4 === index % 4),
        }))
        const expected = await inNode(name, plays)
        const actual = await inPage((tab) =>
          tab.evaluate(
            async ([name, plays, at]) => {
              const vendors = await sparring.vendors([name])
              const all = []
              for (const { scenario, requests } of plays) {
                const mock = sparring.createMock({ vendors, scenario, clock: { at, frozen: true }, seed: 7 })
                all.push(await sparring.askAll(mock, mock.fetch, requests))
              }
              return all
            },
            [name, plays, NOW] as const,
          ),
        )
        for (const [index, { scenario }] of plays.entries()) expect(actual[index], scenario).toEqual(expected[index])
      },
    )

    test('a schema that only a test brings is judged, and refused in the same words as in Node', async () => {
      using mock = createMock({ vendors: ['seek'], clock: { at: NOW, frozen: true } })
      mock.play('seek/happy-path', OWN_WORKER)
      const expected = await askAll(mock, mock.fetch, OWN_JOBS)
      const actual = await inPage((tab) =>
        tab.evaluate(
          async ([changes, jobs, at]) => {
            const vendors = await sparring.vendors(['seek'])
            const mock = sparring.createMock({ vendors, clock: { at, frozen: true } })
            mock.play('seek/happy-path', changes)
            return sparring.askAll(mock, mock.fetch, jobs)
          },
          [OWN_WORKER, OWN_JOBS, NOW] as const,
        ),
      )
      expect(expected.map((seen) => typeof seen === 'object' && seen.status)).toEqual([202, 422, 400])
      expect(actual).toEqual(expected)
    })

    test('broken connections and answers look in the page as they do to any fetch', async () => {
      const seen = await inPage((tab) =>
        tab.evaluate(async () => {
          const mock = sparring.createMock({ vendors: await sparring.vendors(['seek']) })
          await sparring.setupWorker(...mock.handlers).start({ quiet: true })
          const outcome = async (): Promise<string> => {
            let came = ''
            try {
              const response = await fetch('https://api.seek-api.com/v1/me', {
                headers: { 'x-api-key': 'sk_live_any' },
              })
              came = `${response.status} `
              await response.text()
              return `${came}whole`
            } catch (error) {
              return came + (error as Error).name
            }
          }
          const outcomes = []
          for (const fault of ['connection-reset', 'truncate', 'malformed-response-chunk'] as const) {
            mock.play('seek/happy-path', { rules: [{ when: { operation: 'getMe' }, then: { fault }, at: 'reply' }] })
            outcomes.push(await outcome())
          }
          return outcomes
        }),
      )
      expect(seen).toEqual(['TypeError', '200 TypeError', '200 TypeError'])
    })

    test('a page takes webhooks itself, and sends none', async () => {
      const [taken, unsent, refusal] = await inPage((tab) =>
        tab.evaluate(async () => {
          const mock = sparring.createMock({ vendors: await sparring.vendors(['seek']), clock: { frozen: true } })
          const submit = (): Promise<Response> =>
            mock.fetch('https://api.seek-api.com/v1/workers/linkedin-profile/jobs', {
              method: 'POST',
              headers: { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' },
              body: '{"profile_url":"https://linkedin.com/in/example","webhook":"https://app.example/hook"}',
            })
          await submit()
          await mock.clock.advance('6s')
          const unsent = JSON.stringify(mock.webhooks.deliveries())
          const taken: string[] = []
          mock.webhooks.to((request) => {
            taken.push(`${request.method} ${request.url}`)
            return new Response()
          })
          await submit()
          await mock.clock.advance('6s')
          try {
            mock.webhooks.to('http://127.0.0.1:8000')
            return [taken, unsent, ''] as const
          } catch (error) {
            return [taken, unsent, (error as Error).message] as const
          }
        }),
      )
      expect(taken).toEqual(['POST https://app.example/hook'])
      expect(unsent).toContain('a page sends no requests itself. Set a receiver')
      expect(refusal).toBe(
        'Failed to deliver to "http://127.0.0.1:8000": a page sends no requests itself. Give a function that takes the Request: mock.webhooks.to((request) => …).',
      )
    })

    test('the example of the documentation answers as it says', async () => {
      const text = await inPage(async (tab) => {
        const read = (): Promise<string> => tab.evaluate(() => document.body.textContent)
        for (let round = 0; round < 400 && (await read()).trim().split(' ').length < 3; round++)
          await tab.waitForTimeout(25)
        return read()
      }, '/example.html')
      expect(text).toBe('202 202 402 ')
    })

    test('the example, and the types that are published, are without errors', () => {
      const options = [
        '--noEmit',
        '--strict',
        '--exactOptionalPropertyTypes',
        '--module',
        'nodenext',
        '--target',
        'es2024',
      ]
      const lib = ['--lib', 'es2024,dom,dom.iterable,esnext.disposable', '--ignoreConfig']
      const dist = `${bundled.sources}/node_modules/sparring/dist`
      run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck', '--outDir', dist)
      run('node_modules/typescript/bin/tsc', ...options, ...lib, `${bundled.sources}/example.ts`)
    })

    test('a vendor of your own, built by the command, plays its scenarios', async () => {
      const statuses = await inPage((tab) =>
        tab.evaluate(async () => {
          const vendors = await sparring.vendors(['acme'])
          const mock = sparring.createMock({ vendors, scenario: 'acme/rate-limited', clock: { frozen: true } })
          const headers = { authorization: `Bearer ${mock.credentials('acme').active}` }
          const statuses = []
          for (let call = 0; call < 4; call++)
            statuses.push((await mock.fetch('https://api.acme.example/v1/renders', { headers })).status)
          return statuses
        }),
      )
      expect(statuses).toEqual([200, 200, 200, 429])
    })
  },
)

/** A worker that no build has seen. */
const OWN_WORKER = {
  data: {
    workers: {
      own: {
        name: 'Own',
        price_credits: 1,
        input_schema: {
          type: 'object',
          required: ['sku'],
          properties: { sku: { type: 'string', pattern: '^[A-Z]{3}$' } },
        },
      },
    },
  },
}
const OWN_JOBS: readonly Asked[] = ['{"sku":"ABC"}', '{"sku":"abc"}', '{}'].map((body) => ({
  url: 'https://api.seek-api.com/v1/workers/own/jobs',
  method: 'POST',
  headers: { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' },
  body,
}))

/** What Node answers, by scenario. */
async function inNode(
  name: string,
  plays: ReadonlyArray<{ readonly scenario: string; readonly requests: readonly Asked[] }>,
): Promise<Array<Array<Seen | string>>> {
  const all = []
  for (const { scenario, requests } of plays) {
    using mock = createMock({
      vendors: [name],
      scenario,
      clock: { at: NOW, frozen: true },
      seed: 7,
      checkReplies: false,
    })
    all.push(await askAll(mock, mock.fetch, requests))
  }
  return all
}

import { X509Certificate } from 'node:crypto'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import type { MockOptions, MockSession } from 'sparring'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { answerPages } from '../../../mocks/testing/playwright/answer-pages.ts'
import { selfSigned } from '../../../mocks/testing/playwright/certificate.ts'
import { leadPages } from '../../../mocks/testing/playwright/lead-pages.ts'
import { linkClocks } from '../../../mocks/testing/playwright/page-clock.ts'
import { openFront } from '../../../mocks/testing/playwright/vendor-front.ts'
import { createTestWorker } from '../../../mocks/testing/test-worker.ts'
import { ATLAS } from '../../support/mock/atlas.ts'
import { NOW } from '../../support/mock/mock.ts'
import { eventually } from '../../support/server/server.ts'
import { findChromium, launch, NO_CHROMIUM, serveSite } from '../../support/processes/browser.ts'

const chromium = findChromium()
const APP = 'https://app.example/'
const ME = 'https://api.seek-api.com/v1/me'

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

interface Visit {
  readonly mock: MockSession
  readonly page: Page
  readonly context: BrowserContext
  /** What a page sees of an answer: its status, what came of its body, and what went wrong. */
  readonly ask: (url: string, init?: Asked) => Promise<string>
}

describe.skipIf(chromium === undefined)(
  `pages of Playwright${chromium === undefined ? ` (skipped: ${NO_CHROMIUM})` : ''}`,
  { timeout: 120_000 },
  () => {
    let browser: Browser

    beforeAll(async () => {
      browser = await launch()
    }, 120_000)
    afterAll(() => browser?.close())

    async function visit(
      transport: 'in-process' | 'server',
      options: Partial<MockOptions> = {},
      app = APP,
    ): Promise<Visit> {
      const worker = createTestWorker({ vendors: ['seek', ATLAS], clock: { at: NOW, frozen: true }, ...options })
      const { mock, close } = worker.open()
      const context = await browser.newContext({ ignoreHTTPSErrors: true })
      onTestFinished(async () => {
        await context.close()
        close()
        await worker.close()
      })
      const answers = { ...worker.load(), session: mock.id }
      if (transport === 'in-process') await answerPages(context, answers)
      else {
        const front = await openFront((await worker.served()).front)
        onTestFinished(front.close)
        await leadPages(context, answers, front)
      }
      linkClocks(mock.clock, context.clock)
      await context.route(`${app}**`, (route) =>
        route.fulfill({ contentType: 'text/html', body: `<p>${new URL(route.request().url()).pathname}</p>` }),
      )
      const page = await context.newPage()
      await page.goto(app)
      const ask: Visit['ask'] = (url, init = {}) =>
        page.evaluate(
          async ([url, init]) => {
            let seen = ''
            try {
              const answer = await fetch(url, { headers: { 'x-api-key': 'sk_live_any' }, ...init })
              seen = `${answer.status} `
              await answer.text()
              return `${seen}${answer.headers.get('retry-after')}`
            } catch (error) {
              return seen + (error as Error).name
            }
          },
          [url, init] as const,
        )
      return { mock, page, context, ask }
    }

    test.each(['in-process', 'server'] as const)(
      'a page asks the vendors at their own addresses, and reads every header of the answer (%s)',
      async (transport) => {
        const { mock, ask } = await visit(transport)
        expect(await ask(ME)).toBe('200 null')
        mock.next('seek', 'getMe', 'TooManyRequests#rate')
        expect(await ask(ME)).toBe('429 1')
        // A vendor of one's own, by its document.
        const headers = { 'x-api-key': mock.credentials('atlas').active }
        expect(await ask('https://api.atlas.example/runs/none', { headers })).toBe('404 null')
        // What the browser asks beforehand is no call, and what it is told of the page is the same by both ways.
        const exchanges = mock.journal.exchanges()
        expect(exchanges.map(({ method, path }) => `${method} ${path}`)).toEqual([
          'GET /v1/me',
          'GET /v1/me',
          'GET /runs/none',
        ])
        expect(mock.findings({ code: 'browser-credential' })).toMatchObject([{ severity: 'error' }])
      },
    )

    test('a body is taken as the page has sent it', async () => {
      const { mock, ask } = await visit('in-process')
      const bodies: unknown[] = []
      mock.on('seek', 'submitJob', ({ body }) => void bodies.push(body))
      const sent = { profile_url: 'https://linkedin.com/in/example' }
      const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
      const jobs = 'https://api.seek-api.com/v1/workers/linkedin-profile/jobs'
      expect(await ask(jobs, { method: 'POST', headers, body: JSON.stringify(sent) })).toBe('202 null')
      expect(bodies).toEqual([sent])
    })

    test('a page is redirected to where the vendor says, and to another vendor without a request to it', async () => {
      const { mock, page } = await visit('in-process')
      // Playwright routes no request that follows a redirect, so that the application has to be really there.
      const site = await serveSite('.vitest', "default-src 'self'")
      onTestFinished(site.close)
      const places = [`${site.url}/back.html?code=1`, 'https://api.atlas.example/runs/none', '/v1/credits']
      mock.on('seek', 'getMe', () => ({
        status: 302,
        headers: { location: places.shift()! },
        offContract: 'the document has no redirects',
      }))
      await page.setExtraHTTPHeaders({ 'x-api-key': 'sk_live_any' })
      await page.goto(ME)
      expect(page.url()).toBe(`${site.url}/back.html?code=1`)
      await page.goto(ME)
      await page.goto(ME)
      expect(mock.journal.exchanges().map(({ path }) => path)).toEqual([
        '/v1/me',
        '/v1/me',
        '/runs/none',
        '/v1/me',
        '/v1/credits',
      ])
    })

    test('a broken connection fails the request; by the server a broken answer begins first', async () => {
      const seen = []
      for (const transport of ['in-process', 'server'] as const) {
        const { mock, ask } = await visit(transport)
        for (const fault of ['connection-reset', 'empty-response', 'truncate', 'malformed-response-chunk'] as const) {
          mock.play('seek/happy-path', { rules: [{ when: { operation: 'getMe' }, then: { fault }, at: 'reply' }] })
          seen.push(await ask(ME))
        }
      }
      expect(seen.slice(0, 4)).toEqual(['TypeError', 'TypeError', 'TypeError', 'TypeError'])
      expect(seen.slice(4)).toEqual(['TypeError', 'TypeError', '200 TypeError', '200 TypeError'])
    })

    test.each(['in-process', 'server'] as const)(
      'a page that gives up lets go of what is held for it (%s)',
      async (transport) => {
        const { mock, page } = await visit(transport)
        mock.play('seek/happy-path', { rules: [{ when: { operation: 'getMe' }, then: { delay: '10s' } }] })
        await page.evaluate((url) => {
          const controller = new AbortController()
          Object.assign(globalThis, { giveUp: () => controller.abort() })
          void fetch(url, { signal: controller.signal, headers: { 'x-api-key': 'sk_live_any' } }).catch(() => {})
        }, ME)
        await eventually(() => mock.held().length === 1)
        await page.evaluate('giveUp()')
        await eventually(() => mock.held().length === 0)
        expect(mock.journal.explain()).toContain('the client went away')
      },
    )

    test.each([
      ['at its own host', 'https://api.atlas.example', APP],
      ['over HTTP', 'http://api.atlas.example', 'http://localhost/'],
      ['on this machine', 'http://127.0.0.1:9/own', 'http://localhost/'],
    ])('by the server a stream comes piece by piece as the clock moves: a vendor %s', async (_, baseUrl, app) => {
      const vendors = { [ATLAS]: { baseUrl } }
      const { mock, page } = await visit('server', { vendors }, app)
      await page.evaluate(
        async ([url, key]) => {
          const headers = { 'x-api-key': key, 'content-type': 'application/json' }
          const answer = await fetch(url, { method: 'POST', headers, body: '{"question":"Why?"}' })
          const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
          const read = async (): Promise<void> => {
            const { value, done } = await reader.read()
            document.body.append(done ? 'END' : value)
            if (!done) await read()
          }
          void read()
        },
        [`${baseUrl}/runs/stream`, mock.credentials('atlas').active] as const,
      )
      const events = async (): Promise<string[]> =>
        [...(await page.textContent('body'))!.matchAll(/event: (\w+)|END/g)].map(([all, name]) => name ?? all)
      await expect.poll(events).toEqual(['init', 'queued'])
      await mock.clock.advance('500ms')
      await expect.poll(events).toEqual(['init', 'queued', 'step_started'])
      await mock.clock.advance('1m')
      await expect.poll(async () => (await events()).slice(-2)).toEqual(['done', 'END'])
    })

    /** A client in the page that does as it is told by `Retry-After`, on timers of its own. */
    const RETRY = `
      const get = async () => {
        const answer = await fetch('${ME}', { headers: { 'x-api-key': 'sk_live_any' } })
        document.querySelector('p').append(' ' + answer.status)
        if (answer.status === 429) setTimeout(get, Number(answer.headers.get('retry-after')) * 1000)
      }
      get()`

    test.each(['the mock', 'the page'])('one advance moves both clocks: that of %s', async (whose) => {
      const { mock, page } = await visit('in-process')
      await page.clock.install()
      await page.goto(APP)
      // The page's clock stands where the mock's stands.
      expect(await page.evaluate(() => Date.now())).toBe(NOW)
      mock.next('seek', 'getMe', 'TooManyRequests#rate')
      await page.evaluate(RETRY)
      await expect.poll(() => page.textContent('p')).toBe('/ 429')
      await (whose === 'the mock' ? mock.clock.advance('900ms') : page.clock.runFor(900))
      expect(await page.textContent('p')).toBe('/ 429')
      await (whose === 'the mock' ? mock.clock.advance('9100ms') : page.clock.runFor(9100))
      await expect.poll(() => page.textContent('p')).toBe('/ 429 200')
      expect([mock.clock.now(), await page.evaluate(() => Date.now())]).toEqual([NOW + 10_000, NOW + 10_000])
      // It came when the page's timer was due, not when the advance ended.
      const [, second] = mock.journal.exchanges()
      const waited = second!.at - NOW
      expect(waited).toBeGreaterThanOrEqual(1000)
      expect(waited).toBeLessThan(3000)
    })

    test('the mock follows the page to an instant, stops with it, and goes on with it', async () => {
      const { mock, page } = await visit('in-process')
      await page.clock.install({ time: '2026-04-01T00:00:00Z' })
      expect(new Date(mock.clock.now()).toISOString()).toBe('2026-04-01T00:00:00.000Z')
      await page.clock.fastForward('01:00:00')
      expect(new Date(mock.clock.now()).toISOString()).toBe('2026-04-01T01:00:00.000Z')
      await page.clock.resume()
      expect(mock.clock.frozen()).toBe(false)
      await page.clock.pauseAt('2026-04-02T00:00:00Z')
      expect([mock.clock.frozen(), new Date(mock.clock.now()).toISOString()]).toEqual([
        true,
        '2026-04-02T00:00:00.000Z',
      ])
      await mock.clock.set('2026-04-03T00:00:00Z')
      expect(await page.evaluate(() => new Date().toISOString())).toBe('2026-04-03T00:00:00.000Z')
      await page.clock.setFixedTime('2026-05-01T00:00:00Z')
      expect(new Date(mock.clock.now()).toISOString()).toBe('2026-05-01T00:00:00.000Z')
    })

    test('until a test installs it, the clock of the page is left alone', async () => {
      const { mock, page } = await visit('in-process')
      await mock.clock.advance('1h')
      expect(await page.evaluate(() => Math.abs(Date.now()))).toBeGreaterThan(NOW + 3_600_000)
      await expect(mock.clock.advance('1 hour')).rejects.toThrow('Failed to read the duration "1 hour".')
      await page.clock.install()
      await expect(mock.clock.advance('1 hour')).rejects.toThrow('Failed to read the duration "1 hour".')
    })
  },
)

test('the server for pages has a certificate that its own key has signed', () => {
  const { cert } = selfSigned()
  const read = new X509Certificate(cert)
  expect([read.subject, read.issuer, read.verify(read.publicKey)]).toEqual(['CN=sparring', 'CN=sparring', true])
})

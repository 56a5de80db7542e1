import { startServer, type MockServer } from 'sparring'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, launch, NO_CHROMIUM, serveSite, type Site } from '../../support/processes/browser.ts'
import { BATCH } from '../../support/vendors/seal.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)(
  `a page of another origin${chromium === undefined ? ` (skipped: ${NO_CHROMIUM})` : ''}`,
  () => {
    let server: MockServer
    let site: Site
    let browser: Browser
    let page: Page

    beforeAll(async () => {
      // Paced, since the client in the page really sleeps.
      server = await startServer({ vendors: ['seek', 'seal'], scenario: 'seal/both-limits', pace: 2, port: 0 })
      site = await serveSite('.vitest', `default-src 'none'; connect-src ${server.url}`)
      browser = await launch()
      page = await browser.newPage()
      await page.goto(`${site.url}/page.html`)
    }, 120_000)

    afterAll(async () => {
      await browser?.close()
      await site?.close()
      await server?.close()
    })

    test('polls a job that it submitted with a key in a header of its own until it is final', async () => {
      const statuses = await page.evaluate(async (base) => {
        const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
        const body = '{"profile_url":"https://linkedin.com/in/example"}'
        const submitted = await fetch(`${base}/v1/workers/linkedin-profile/jobs`, { method: 'POST', headers, body })
        const { job_uuid: id } = (await submitted.json()) as { job_uuid: string }
        const statuses: string[] = []
        while (statuses.at(-1) !== 'completed' && statuses.length < 100) {
          const job = (await (await fetch(`${base}/v1/jobs/${id}`, { headers })).json()) as { status: string }
          if (job.status !== statuses.at(-1)) statuses.push(job.status)
          await new Promise((resolve) => setTimeout(resolve, 40))
        }
        return statuses
      }, `${server.url}/seek`)
      expect(statuses.at(-1)).toBe('completed')
      expect(statuses.length).toBeGreaterThan(1)
      // What browsers ask beforehand is no call of the client.
      expect(server.mock.journal.exchanges({ vendor: 'seek' }).map(({ method }) => method)).not.toContain('OPTIONS')
    })

    test('gets both kinds of 429, and reads the wait of each', async () => {
      const { mock } = server
      mock.reset()
      mock.play('seal/both-limits', { pace: 1 })
      mock.clock.freeze()
      const read = (count: number): Promise<Array<readonly [number, string | null, string]>> =>
        page.evaluate(
          // Else Chromium asks for one address once at a time, in case the answer can be kept.
          async ([url, count]) =>
            Promise.all(
              Array.from({ length: count }, async () => {
                const answer = await fetch(url, { cache: 'no-store', headers: { authorization: 'Bearer seal_any' } })
                const message = answer.status === 200 ? '' : ((await answer.json()) as { message: string }).message
                return [answer.status, answer.headers.get('retry-after'), message] as const
              }),
            ),
          [`${server.url}/seal/api/entities/${BATCH}`, count] as const,
        )
      const arrived = (): number => mock.journal.exchanges({ vendor: 'seal' }).length
      /** Lets time pass when all have arrived: some are held, others have their answers. */
      const inTime = async (count: number): ReturnType<typeof read> => {
        const before = arrived()
        const answers = read(count)
        await expect.poll(() => arrived() - before, { timeout: 10_000 }).toBe(count)
        await mock.clock.advance('300ms')
        return answers
      }
      const together = await inTime(3)
      expect(together.filter(([status]) => status === 429)).toEqual([
        [429, '1', 'Too many concurrent requests for this key'],
      ])
      const seen = []
      for (let call = 0; call < 4; call++) seen.push(...(await inTime(1)))
      const [status, wait, message] = seen.at(-1)!
      expect([status, message]).toEqual([429, 'Rate limit exceeded: too many requests within a minute'])
      expect(Number(wait)).toBeGreaterThan(0)
      expect(Number(wait)).toBeLessThanOrEqual(60)
    })
  },
)

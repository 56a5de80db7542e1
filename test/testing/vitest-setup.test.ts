import { InvalidArgumentError } from 'sparring'
import { type SparringContext, setup, sparring } from 'sparring/vitest/setup'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'

afterEach(() => vi.unstubAllEnvs())

/** Runs a setup as vitest does, and ends it with the test. */
async function run(globalSetup: typeof setup) {
  let provided: SparringContext | undefined
  let rerun: (() => void) | undefined
  const teardown = await globalSetup({
    provide: (key, value) => {
      expect(key).toBe('sparring')
      // Vitest sends it to its workers.
      provided = structuredClone(value)
    },
    onTestsRerun: (given) => (rerun = given),
  })
  onTestFinished(teardown)
  return { context: provided!, rerun: rerun!, teardown }
}

const credits = async ({ url, key }: SparringContext['vendors']['seek']): Promise<unknown> =>
  (await fetch(`${url}/v1/me/credits`, { headers: { 'x-api-key': key } })).json()

test('provides the address of the server, and address, key and webhook secret of each vendor', async () => {
  const { context } = await run(sparring({ vendors: ['seek', 'seal'], scenario: 'seek/out-of-credits' }))
  const { url } = context
  expect(context).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    vendors: {
      seek: { url: `${url}/seek`, key: 'sk_live_sparring00main', webhookSecret: 'sparring00webhook' },
      seal: { url: `${url}/seal/api`, key: 'seal_sparring00main', webhookSecret: 'sparring00webhook' },
    },
  })
  expect(await credits(context.vendors.seek)).toMatchObject({ balance: 10 })
})

test('the module by itself serves all vendors of the package, or those of SPARRING_VENDORS', async () => {
  const all = await run(setup)
  expect(Object.keys(all.context.vendors)).toEqual(['seal', 'seamless', 'seclai', 'seek', 'sequentum'])
  vi.stubEnv('SPARRING_VENDORS', 'seek, seal')
  vi.stubEnv('SPARRING_SCENARIO', 'seek/out-of-credits,seclai/happy-path')
  const two = await run(setup)
  expect(Object.keys(two.context.vendors)).toEqual(['seek', 'seal'])
  expect(await credits(two.context.vendors.seek)).toMatchObject({ balance: 10 })
})

test('teardown closes the server', async () => {
  const { context, teardown } = await run(sparring({ vendors: ['seek'] }))
  await teardown()
  await expect(fetch(context.url)).rejects.toThrow('fetch failed')
})

test('a rerun begins with the server as it was at first: scenario, state, and no session but its own', async () => {
  const { context, rerun } = await run(sparring({ vendors: ['seek'], scenario: 'seek/out-of-credits' }))
  const control = (method: string, path: string, body: object) =>
    fetch(`${context.url}/__sparring${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await control('PUT', '/scenario', { names: 'seek/happy-path', changes: { accounts: { default: { credits: 77 } } } })
  const opened = () => control('POST', '/sessions', { id: 'mine' })
  expect((await opened()).status).toBe(201)
  expect(await credits(context.vendors.seek)).toMatchObject({ balance: 77 })
  rerun()
  expect(await credits(context.vendors.seek)).toMatchObject({ balance: 10 })
  expect((await opened()).status).toBe(201)
})

test.each([
  ['its option', { printCoverage: true }, {}],
  ['SPARRING_COVERAGE', {}, { SPARRING_COVERAGE: '1' }],
])('teardown prints by %s which answers the run has met', async (_, options, env) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const { context, teardown } = await run(sparring({ vendors: ['seek'], ...options }))
  await credits(context.vendors.seek)
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  onTestFinished(() => write.mockRestore())
  await teardown()
  expect(write.mock.calls.map(([text]) => String(text)).join('')).toContain(
    '\nsparring: coverage: 1 of 3 answers met (33.3 %)\n  seek            met  missing\n  getCredits      200  401\n',
  )
})

test('without either it prints nothing, and an invalid switch is refused', async () => {
  const { context, teardown } = await run(sparring({ vendors: ['seek'] }))
  await credits(context.vendors.seek)
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  onTestFinished(() => write.mockRestore())
  await teardown()
  expect(write).not.toHaveBeenCalled()
  await expect(run(sparring({ vendors: ['seek'], printCoverage: 'yes' as never }))).rejects.toThrow(
    'Failed to start a server: "printCoverage" is "yes"; write true or false.',
  )
})

test('options that a server does not take are refused before anything starts', async () => {
  // @ts-expect-error TypeScript knows the options too.
  const mistaken = sparring({ vendors: ['seek'], scenarioo: 'seek/out-of-credits' })
  await expect(run(mistaken)).rejects.toThrow(InvalidArgumentError)
})

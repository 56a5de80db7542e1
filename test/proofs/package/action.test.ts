import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../support/processes/cli.ts'
import { isRunning } from '../../support/processes/processes.ts'
import { createJob, manifest, type Step } from '../../support/processes/runner.ts'

/** Ends the server with the test, whatever comes of it. */
function guard(main: Step): Step {
  onTestFinished(() => {
    if (isRunning(pidOf(main))) process.kill(pidOf(main), 'SIGKILL')
  })
  return main
}

const pidOf = ({ state }: Step): number => Number(state['pid'])

async function submit(url: string, key: string): Promise<number> {
  const answer = await fetch(`${url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: '{"profile_url":"https://linkedin.com/in/example"}',
  })
  return answer.status
}

test('main leaves a server running, and passes its URL to later steps', async () => {
  const job = createJob()
  const main = guard(await job.main({ vendors: 'seek, seal', scenario: 'seek/out-of-credits' }))
  const { url } = main.outputs
  expect([main.code, url]).toEqual([0, expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)])
  const vendors = JSON.parse(main.outputs['vendors']!) as Record<string, { readonly url: string; readonly key: string }>
  expect(vendors).toEqual({
    seek: { url: `${url}/seek`, key: 'sk_live_sparring00main', webhookSecret: 'sparring00webhook' },
    seal: { url: `${url}/seal/api`, key: 'seal_sparring00main', webhookSecret: 'sparring00webhook' },
  })
  expect(main.env).toEqual({
    SPARRING_URL: url,
    SPARRING_SEEK_URL: `${url}/seek`,
    SPARRING_SEEK_KEY: 'sk_live_sparring00main',
    SPARRING_SEEK_WEBHOOK_SECRET: 'sparring00webhook',
    SEEKAPI_KEY: 'sk_live_sparring00main',
    SPARRING_SEAL_URL: `${url}/seal/api`,
    SPARRING_SEAL_KEY: 'seal_sparring00main',
    SPARRING_SEAL_WEBHOOK_SECRET: 'sparring00webhook',
  })
  expect(main.log).toBe(
    [
      '::add-mask::sk_live_sparring00main',
      '::add-mask::sparring00webhook',
      '::add-mask::seal_sparring00main',
      `sparring serves seek, seal at ${url}`,
      '',
    ].join('\n'),
  )
  const { seek } = vendors
  const statuses = []
  for (let call = 0; call < 3; call++) statuses.push(await submit(seek!.url, seek!.key))
  expect(statuses).toEqual([202, 202, 402])
  expect(isRunning(pidOf(main))).toBe(true)

  const post = await job.post(main)
  expect([post.code, post.log, isRunning(pidOf(main))]).toEqual([0, '', false])
  const journal = JSON.parse(readFileSync(main.outputs['journal']!, 'utf8')) as {
    readonly default: { readonly exchanges: ReadonlyArray<{ readonly explanation: string }> }
  }
  expect(journal.default.exchanges).toHaveLength(3)
  expect(journal.default.exchanges[2]!.explanation).toMatch(/^402 by charge \(PaymentRequired#credits\)/)
})

test('without inputs it serves all vendors of the package; the project has its own scenarios and documents', async () => {
  const job = createJob({
    'scenarios/seek/mine.yaml': 'title: Mine\nvendor: seek\naccounts: { default: { credits: 7 } }\n',
    'acme.yaml': readFileSync(`${root}examples/acme/openapi.yaml`, 'utf8'),
  })
  const all = guard(await job.main())
  expect(Object.keys(JSON.parse(all.outputs['vendors']!) as object)).toEqual([
    'seal',
    'seamless',
    'seclai',
    'seek',
    'sequentum',
  ])
  const own = guard(await job.main({ vendors: './acme.yaml\nseek', scenario: 'seek/mine' }))
  expect([own.code, own.log]).toEqual([0, expect.stringContaining('sparring serves acme, seek at ')])
  const headers = { 'x-api-key': 'sk_live_any' }
  const credits = await fetch(`${own.env['SPARRING_SEEK_URL']}/v1/me/credits`, { headers })
  expect(await credits.json()).toMatchObject({ balance: 7 })
  // Two in one job keep out of each other's way.
  for (const main of [own, all]) expect((await job.post(main)).code).toBe(0)
  expect([own, all].map(pidOf).map(isRunning)).toEqual([false, false])
})

test.each([
  [{ vendors: 'sekk' }, 'Failed to load the vendor "sekk": no such vendor. Did you mean "seek"?'],
  [{ vendors: 'seek', scenario: 'seek/out-of-credit' }, 'no such scenario. Did you mean "seek/out-of-credits"?'],
  [{ vendors: 'seek', port: 'http' }, '--port'],
])('%j fails the step, says why, and leaves nothing running', async (inputs, message) => {
  const job = createJob()
  const main = await job.main(inputs)
  expect(main.code).toBe(1)
  expect(main.log).toMatch(/^::error title=sparring::sparring: /)
  expect(main.log).toContain(message)
  expect([main.outputs, main.env, main.state]).toEqual([{}, {}, {}])
  const post = await job.post(main)
  expect([post.code, post.log]).toEqual([0, ''])
})

/** The artifact service of GitHub, as far as one upload goes. */
async function artifactService() {
  const seen: Array<{ readonly call: string; readonly authorization?: string | undefined; readonly body: Buffer }> = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const call = `${request.method} ${request.url}`
    seen.push({ call, authorization: request.headers.authorization, body: Buffer.concat(chunks) })
    response.end(JSON.stringify({ ok: true, signed_upload_url: `${url}/blob?sig=1` }))
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, seen }
}

test('when the job has failed, post uploads the journal as an artifact', { timeout: 30_000 }, async () => {
  const job = createJob()
  const main = guard(await job.main({ vendors: 'seek' }))
  await submit(main.env['SPARRING_SEEK_URL']!, 'sk_live_any')
  job.fail()
  const service = await artifactService()
  const claims = Buffer.from('{"scp":"Actions.Example Actions.Results:run-1:job-2"}').toString('base64url')
  const variables = { ACTIONS_RUNTIME_TOKEN: `e30.${claims}.x`, ACTIONS_RESULTS_URL: `${service.url}/` }
  const post = await job.post(main, {}, variables)
  expect([post.code, post.log]).toEqual([0, 'sparring: the journal is in the artifact sparring-journal\n'])
  const [create, put, finalize] = service.seen
  const prefix = '/twirp/github.actions.results.api.v1.ArtifactService'
  expect(service.seen.map(({ call }) => call)).toEqual([
    `POST ${prefix}/CreateArtifact`,
    'PUT /blob?sig=1',
    `POST ${prefix}/FinalizeArtifact`,
  ])
  const ids = { workflow_run_backend_id: 'run-1', workflow_job_run_backend_id: 'job-2', name: 'sparring-journal' }
  expect(create!.authorization).toBe(`Bearer ${variables.ACTIONS_RUNTIME_TOKEN}`)
  expect(JSON.parse(create!.body.toString())).toEqual({ ...ids, version: 4 })
  expect(put!.authorization).toBeUndefined()
  const hash = createHash('sha256').update(put!.body).digest('hex')
  expect(JSON.parse(finalize!.body.toString())).toEqual({
    ...ids,
    size: String(put!.body.length),
    hash: `sha256:${hash}`,
  })
  expect(unzip(put!.body)).toEqual(['journal.json', readFileSync(main.outputs['journal']!, 'utf8')])
  expect(isRunning(pidOf(main))).toBe(false)
})

/** Name and text of the one file of an archive, by its central directory. */
function unzip(archive: Buffer): [name: string, text: string] {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006'))
  const central = archive.readUInt32LE(end + 16)
  const [packed, length] = [archive.readUInt32LE(central + 20), archive.readUInt16LE(central + 28)]
  const local = archive.readUInt32LE(central + 42)
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  const text = inflateRawSync(archive.subarray(start, start + packed)).toString()
  return [archive.subarray(central + 46, central + 46 + length).toString(), text]
}

test('if nothing can be uploaded, post warns, keeps the journal as a file and stops the server', async () => {
  const job = createJob()
  const main = guard(await job.main({ vendors: 'seek' }))
  job.fail()
  const post = await job.post(main)
  expect([post.code, post.log]).toEqual([
    0,
    '::warning title=sparring::Failed to write the journal: ACTIONS_RUNTIME_TOKEN is not set. A runner of GitHub Actions sets it.\n',
  ])
  expect([existsSync(main.outputs['journal']!), isRunning(pidOf(main))]).toEqual([true, false])
})

test('an empty artifact input uploads nothing', async () => {
  const job = createJob()
  const main = guard(await job.main({ vendors: 'seek' }))
  job.fail()
  expect((await job.post(main, { artifact: '' })).log).toBe('')
})

test('a server that is gone before the end of the job is a warning', async () => {
  const job = createJob()
  const main = guard(await job.main({ vendors: 'seek' }))
  process.kill(pidOf(main), 'SIGKILL')
  await expect.poll(() => isRunning(pidOf(main))).toBe(false)
  const post = await job.post(main)
  expect(post.code).toBe(0)
  expect(post.log).toMatch(/^::warning title=sparring::Failed to write the journal: /)
})

test('a server that no longer answers is ended', { timeout: 120_000 }, async () => {
  const job = createJob()
  const main = guard(await job.main({ vendors: 'seek' }))
  process.kill(pidOf(main), 'SIGSTOP')
  expect((await job.post(main)).code).toBe(0)
  await expect.poll(() => isRunning(pidOf(main)), { timeout: 10_000 }).toBe(false)
})

test('the manifest names what is there: files, inputs and outputs', () => {
  const { runs, inputs, outputs } = manifest
  expect([runs.using, runs['post-if']]).toEqual(['node24', 'always()'])
  for (const file of [runs.main, runs.post]) expect(existsSync(`${root}action/${file}`), file).toBe(true)
  const source = readdirSync(`${root}action/src`).map((file) => readFileSync(`${root}action/src/${file}`, 'utf8'))
  const called = (name: string): string[] => [
    ...new Set([...source.join('\n').matchAll(new RegExp(`\\b${name}\\('([\\w-]+)'`, 'g'))].map((match) => match[1]!)),
  ]
  expect([...called('inputs?')].sort()).toEqual(Object.keys(inputs).sort())
  expect(called('setOutput').sort()).toEqual(Object.keys(outputs).sort())
  const readme = readFileSync(`${root}action/README.md`, 'utf8')
  for (const name of [...Object.keys(inputs), ...Object.keys(outputs)]) expect(readme).toContain(`\`${name}\``)
})

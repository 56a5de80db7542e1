import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { proxyEnvironment } from '../../mocks/cli/exec/intercept/proxy-environment.ts'
import { createThrowawayCa } from '../../mocks/connect/proxy/throwaway-ca.ts'
import { finished, project, seen, sparring, spawned, start } from '../support/processes/cli.ts'
import { temporary } from '../support/processes/temporary.ts'

const node = process.execPath
const HOST = 'api.seek-api.com'
const INTERCEPT = ['exec', 'seek', '--intercept']
/** Runs a script of Node beside the proxy. */
function runNode(code: string, options: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { env: own, left } = temporary()
  return {
    left,
    ran: sparring([...INTERCEPT, ...options, '--', node, '--input-type=module', '-e', code], {
      env: { ...own, ...env },
    }),
  }
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!

test('clients in Node keep the URL of the vendor, and all that exec says of their requests is as without', async () => {
  const report = join(project({}), 'findings.json')
  const { ran, left } = runNode(
    `
    import axios from '${import.meta.resolve('axios')}'
    import { get } from 'node:https'
    const headers = { 'x-api-key': 'sk_live_of_my_own' }
    const url = 'https://${HOST}/v1/me'
    console.log((await fetch(url, { headers })).status)
    console.log((await fetch('http://${HOST}/v1/me', { headers })).status)
    console.log((await axios.get(url, { headers })).status)
    console.log(await new Promise((resolve) => get(url, { headers }, ({ statusCode }) => resolve(statusCode))))
    console.log((await fetch(process.env.SPARRING_URL + '/__sparring/health')).status)
    const body = JSON.stringify({ profile_url: 'https://linkedin.com/in/example' })
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }
    for (let call = 0; call < 4; call++) await fetch('https://${HOST}/v1/workers/linkedin-profile/jobs', init)
    `,
    ['--scenario', 'seek/out-of-credits', '--coverage', '--report', `json=${report}`],
  )
  const { code, out, err } = await ran
  expect(out).toBe('200\n200\n200\n200\n200\n')
  expect(err).toContain('sparring: 8 requests\n')
  expect(err).toContain('× seek submitJob 402 by charge (PaymentRequired#credits)\n')
  expect(err).toContain('sparring: error credits (seek): submitJob asked for credits')
  expect(code).toBe(1)
  const written = JSON.parse(readFileSync(report, 'utf8')) as { readonly findings: readonly unknown[] }
  expect(written.findings.length).toBeGreaterThan(0)
  expect(left()).toEqual([])
}, 120_000)

test('the variables lead to the proxy and to files that only the user may read, which are gone at the end', async () => {
  const { certificate } = await createThrowawayCa()
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  const mine = project({ 'mine.pem': certificate, 'broken.pem': broken })
  const { ran, left } = runNode(
    `
    import { lstatSync, readFileSync, readdirSync } from 'node:fs'
    import { dirname, join } from 'node:path'
    import { createSecureContext } from 'node:tls'
    const { env } = process
    const folder = dirname(env.SSL_CERT_FILE)
    const modes = Object.fromEntries(['', ...readdirSync(folder).sort()].map((name) => [name, (lstatSync(join(folder, name)).mode & 0o777).toString(8)]))
    const texts = [env.SSL_CERT_FILE, env.NODE_EXTRA_CA_CERTS].map((file) => readFileSync(file, 'utf8'))
    createSecureContext({ ca: texts[0] })
    const secrets = readdirSync(folder).filter((name) => readFileSync(join(folder, name), 'latin1').includes('PRIVATE KEY'))
    const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy', 'NODE_USE_ENV_PROXY',
      'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'JAVA_TOOL_OPTIONS']
    const found = names.map((name) => [name, env[name].replaceAll(folder, 'FOLDER').replaceAll(/\\d{4,5}/g, 'PORT')])
    console.log(JSON.stringify({ modes, secrets, counts: texts.map((text) => text.match(/BEGIN CERT/g).length),
      mine: texts.every((text) => text.includes(${JSON.stringify(certificate.split('\n')[3])})), env: Object.fromEntries(found) }))
    `,
    ['--allow-empty', '--quiet'],
    {
      NODE_EXTRA_CA_CERTS: join(mine, 'mine.pem'),
      REQUESTS_CA_BUNDLE: join(mine, 'broken.pem'),
      JAVA_TOOL_OPTIONS: '-Dmine=1',
      HTTPS_PROXY: 'http://proxy.example',
    },
  )
  const { code, out, err } = await ran
  expect([code, err]).toEqual([0, ''])
  const { counts, ...found } = JSON.parse(out) as { readonly counts: readonly [number, number] }
  expect(found).toEqual({
    modes: { '': '700', 'bundle.pem': '600', 'ca.pem': '600', 'trust.jks': '600' },
    secrets: [],
    mine: true,
    env: {
      HTTPS_PROXY: 'http://127.0.0.1:PORT',
      https_proxy: 'http://127.0.0.1:PORT',
      HTTP_PROXY: 'http://127.0.0.1:PORT',
      http_proxy: 'http://127.0.0.1:PORT',
      NO_PROXY: 'localhost,127.0.0.1,::1,[::1]',
      no_proxy: 'localhost,127.0.0.1,::1,[::1]',
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: 'FOLDER/ca.pem',
      SSL_CERT_FILE: 'FOLDER/bundle.pem',
      REQUESTS_CA_BUNDLE: 'FOLDER/bundle.pem',
      CURL_CA_BUNDLE: 'FOLDER/bundle.pem',
      JAVA_TOOL_OPTIONS:
        '-Dmine=1 -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=PORT -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=PORT -Dhttp.nonProxyHosts=localhost|127.*|[::1] -Djavax.net.ssl.trustStore=FOLDER/trust.jks -Djavax.net.ssl.trustStoreType=JKS -Djavax.net.ssl.trustStorePassword=changeit',
    },
  })
  // The roots of the system, the user's own one, and that of the run.
  expect(counts[0]).toBeGreaterThan(20)
  expect(counts[1]).toBe(2)
  expect(left()).toEqual([])
}, 120_000)

test('options for Java stand in quotes where the path of the temporary folder has a space', () => {
  const files = { folder: '/a b', bundle: '', extra: '', javaStore: '/a b/trust.jks' }
  expect(proxyEnvironment(4000, files, {})['JAVA_TOOL_OPTIONS']).toContain(
    ' "-Djavax.net.ssl.trustStore=/a b/trust.jks" -Djavax.net.ssl.trustStoreType=JKS ',
  )
})

test('a run in which nothing has reached the proxy fails with an exit code of its own, and says what to check', async () => {
  const { ran, left } = runNode(`await fetch(process.env.SPARRING_SEEK_URL + '/v1/me')`)
  const { code, err } = await ran
  expect(code).toBe(122)
  expect(lastLine(err)).toBe(
    `sparring: exit code 122, though ${node} has passed: nothing has reached the proxy: --intercept answers for ${HOST}, and the client must take its proxy from HTTPS_PROXY. Node does from 22.21 and 24.5 on; docs/intercept.md says what other clients need`,
  )
  expect(left()).toEqual([])
}, 120_000)

test('a failed command keeps its exit code, and requests that were not intercepted are still reported', async () => {
  const { code, err } = await runNode('process.exit(3)').ran
  expect(code).toBe(3)
  expect(err).toContain(`sparring: nothing has reached the proxy: --intercept answers for ${HOST}, `)
  expect(lastLine(err)).toBe(`sparring: exit code 3, that of ${node}`)
}, 120_000)

test('a client that does not trust the certificate is reported at the end, with its host', async () => {
  const { code, err } = await runNode(
    `
    import { execFileSync } from 'node:child_process'
    const { NODE_EXTRA_CA_CERTS, ...env } = process.env
    const code = "fetch('https://${HOST}/v1/me').catch(({ cause }) => console.log(cause.code))"
    console.log(execFileSync(process.execPath, ['-e', code], { env, encoding: 'utf8' }))
    `,
  ).ran
  expect(code).toBe(122)
  // The connection breaks off before or after the last message of the handshake.
  expect(err).toMatch(
    /^sparring: 1 (?:TLS handshake with the client failed for api\.seek-api\.com: the client has closed the connection|connection for api\.seek-api\.com closed by the client after the TLS handshake, before any request)\nsparring: this happens when a client does not trust the certificate of this run, or speaks only HTTP\/2: /m,
  )
  expect(lastLine(err)).toContain('no request has come through the proxy, though it was reached')
}, 120_000)

test('requests to other hosts are refused and counted; they are no request to a vendor', async () => {
  const { code, out, err } = await runNode(
    `for (const scheme of ['http', 'https']) console.log((await (await fetch(scheme + '://other.example/')).json()).code)`,
  ).ran
  expect(out).toBe('other-host\nother-host\n')
  expect(err).toContain(
    'sparring: 2 requests to other.example refused with 502, since it is not a host of the vendors; --pass-through lets them pass\n',
  )
  expect([code, lastLine(err)]).toEqual([1, expect.stringContaining('no request was sent, so nothing was judged')])
}, 120_000)

test('a command that does not exist leaves nothing', async () => {
  const { env, left } = temporary()
  const ran = await sparring([...INTERCEPT, '--', 'no-such-command'], { env })
  expect([ran.code, left()]).toEqual([127, []])
}, 120_000)

test.each(['SIGTERM', 'SIGKILL'] as const)(
  '%s to exec removes the files',
  async (signal) => {
    const { env, left, folder } = temporary()
    const child = start(
      [...INTERCEPT, '--quiet', '--', node, '-e', `console.log('ready'); setInterval(() => {}, 1000)`],
      { env },
    )
    const done = finished(child)
    await seen(child.stdout!, 'ready')
    expect(left()).toHaveLength(1)
    expect(statSync(join(folder, left()[0]!)).isDirectory()).toBe(true)
    child.kill(signal)
    await done
    await expect.poll(left, { timeout: 5000 }).toEqual([])
  },
  120_000,
)

test('--pass-through without --intercept is a mistake, and so is a vendor that is at this machine alone', async () => {
  const alone = await sparring(['exec', 'seek', '--pass-through', '--', 'true'])
  expect(alone.code).toBe(125)
  expect(alone.err).toContain('sparring: --pass-through needs --intercept: it configures the proxy of --intercept.\n')
  const file = join(
    project({
      'local.yaml':
        'openapi: 3.1.0\ninfo: { title: Local, version: "1" }\nservers: [{ url: http://localhost:8080 }]\npaths: { /a: { get: { operationId: getA, responses: { "204": { description: Nothing } } } } }\n',
    }),
    'local.yaml',
  )
  const local = await sparring(['exec', file, '--intercept', '--', 'true'])
  expect(local.code).toBe(125)
  expect(local.err).toContain(
    `sparring: exec itself has failed, and true has not run: --intercept answers for the hosts under "servers" of the vendors, and all of these are this machine's own.`,
  )
}, 120_000)

test('without node-forge the message says what to install', async () => {
  const hook = join(
    project({
      'without.cjs': `const loader = require('node:module')
const resolve = loader._resolveFilename
loader._resolveFilename = (name, ...rest) => {
  if (name === 'node-forge') throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' })
  return resolve(name, ...rest)
}\n`,
    }),
    'without.cjs',
  )
  const env = { NODE_OPTIONS: `--require ${hook}` }
  const ran = await spawned([...INTERCEPT, '--', 'true'], { env })
  expect([ran.code, ran.err]).toEqual([
    125,
    'sparring: exec itself has failed, and true has not run: exec --intercept makes certificates with node-forge, which is not installed: npm install -D node-forge\n',
  ])
  expect((await spawned(['exec', 'seek', '--allow-empty', '--quiet', '--', 'true'], { env })).code).toBe(0)
}, 120_000)

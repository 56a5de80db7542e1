import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { COMMAND, finished, seen, sparring, start } from '../support/processes/cli.ts'
import { serving } from '../support/processes/serving.ts'
import { isRunning } from '../support/processes/processes.ts'

const node = process.execPath
const script = (code: string): string[] => [node, '-e', code]
const NAIVE = [node, 'examples/naive-client.ts']
const OUT_OF_CREDITS = ['exec', 'seek', '--scenario', 'seek/out-of-credits']

const SUBMIT = `
const url = process.env.SPARRING_SEEK_URL + '/v1/workers/linkedin-profile/jobs'
const headers = { 'x-api-key': process.env.SEEKAPI_KEY, 'content-type': 'application/json' }
const body = JSON.stringify({ profile_url: 'https://linkedin.com/in/example' })
for (let call = 0; call < 4; call++) console.log((await fetch(url, { method: 'POST', headers, body })).status)
`

test('runs a command beside a server, forwards its output and exit code, and reports refusals', async () => {
  const code = `${SUBMIT}; process.exit(7)`
  const ran = await sparring([...OUT_OF_CREDITS, '--', node, '--input-type=module', '-e', code])
  expect([ran.code, ran.out]).toEqual([7, '202\n202\n402\n402\n'])
  const lines = ran.err.trimEnd().split('\n')
  expect(lines.slice(0, 2)).toEqual([
    'sparring: 4 requests',
    'sparring: 2 × seek submitJob 402 by charge (PaymentRequired#credits)',
  ])
  expect(lines.at(-1)).toBe(`sparring: exit code 7, that of ${node}`)
})

test('a client that goes on without credits fails the run whose command has passed, and the findings say why', async () => {
  const ran = await sparring([...OUT_OF_CREDITS, '--', ...NAIVE])
  expect([ran.code, ran.out]).toEqual([1, '2 jobs submitted\n'])
  expect(ran.err).toBe(`sparring: 8 requests
sparring: 4 × seek submitJob 402 by charge (PaymentRequired#credits)
sparring: error credits (seek): submitJob asked for credits 3 times more after 5 had been refused with 0 available, and the balance was the same.
sparring:   exchanges: #3, #4, #5, #6
sparring:   the vendor: A 402 means that the credits do not cover the job.
sparring:   fix: Stop sending work when credits are missing, tell the user, and continue when the balance has grown.
sparring:   silence: findings: { credits: { severity: off, reason: … } }
sparring: error expect-stops-after (seek): submitJob was sent again 3 times after its 402, and the scenario expects that the client stops.
sparring:   exchanges: #3, #4, #5, #6
sparring:   fix: Do not send a request again after a 402.
sparring:   silence: findings: { expect-stops-after: { severity: off, reason: … } }
sparring: findings: 2 errors
sparring: exit code 1, though ${node} has passed: 2 findings of severity error or worse
`)
})

test('a client that stops when credits are missing passes', async () => {
  const ran = await sparring([...OUT_OF_CREDITS, '--pace', '10', '--', node, 'examples/good-client.ts'])
  expect([ran.code, ran.err.trimEnd().split('\n').at(-1)]).toEqual([0, 'sparring: no findings'])
  expect(ran.out).toContain('no more jobs: the balance is empty')
})

test('findings that are not to fail the run do not, and a run without a request is no success unless it may be empty', async () => {
  expect((await sparring([...OUT_OF_CREDITS, '--fail-on', 'never', '--', ...NAIVE])).code).toBe(0)
  const idle = await sparring(['exec', 'seek', '--', node, '-e', '0'])
  expect([idle.code, idle.err.trimEnd().split('\n').at(-1)]).toEqual([
    1,
    `sparring: exit code 1, though ${node} has passed: no request was sent, so nothing was judged; --allow-empty accepts that`,
  ])
})

test('gives the command the addresses, keys and secrets of all vendors, under the names of their documents and under its own', async () => {
  const ran = await sparring([
    'exec',
    'seek',
    'seal',
    '--quiet',
    '--allow-empty',
    '--env',
    'API_BASE=seal.url',
    '--env',
    'HOOK=seek.webhookSecret',
    '--',
    ...script(
      `const { env } = process; console.log(JSON.stringify(Object.fromEntries(Object.entries(env).filter(([name]) => /^SPARRING_|^SEEKAPI|^API_BASE|^HOOK/.test(name)))))`,
    ),
  ])
  const variables = JSON.parse(ran.out) as Record<string, string>
  const url = variables['SPARRING_URL']!
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(variables).toEqual({
    SPARRING_URL: url,
    SPARRING_SEEK_URL: `${url}/seek`,
    SPARRING_SEEK_KEY: 'sk_live_sparring00main',
    SPARRING_SEEK_WEBHOOK_SECRET: 'sparring00webhook',
    SEEKAPI_KEY: 'sk_live_sparring00main',
    SPARRING_SEAL_URL: `${url}/seal/api`,
    SPARRING_SEAL_KEY: 'seal_sparring00main',
    SPARRING_SEAL_WEBHOOK_SECRET: 'sparring00webhook',
    API_BASE: `${url}/seal/api`,
    HOOK: 'sparring00webhook',
  })
  expect([ran.code, ran.err]).toEqual([0, ''])
})

test('words behind the first -- are those of the command, options among them', async () => {
  const ran = await sparring([
    'exec',
    'seek',
    '--quiet',
    '--allow-empty',
    '--',
    ...script('console.log(process.argv.slice(1).join())'),
    '--',
    '--port',
    '1',
  ])
  expect([ran.code, ran.out]).toEqual([0, '--port,1\n'])
})

test.each([
  [
    'a vendor that does not exist',
    ['sekk', '--', 'true'],
    'sparring: exec itself has failed, and true has not run: Failed to load the vendor "sekk": no such vendor. Did you mean "seek"?',
  ],
  ['no command', ['seek'], 'sparring: exec needs a command behind --: sparring exec seek -- npm test.'],
  [
    'an unknown option',
    ['seek', '--scenarioo', 'x', '--', 'true'],
    'sparring: "--scenarioo" is not an option of exec. Did you mean "--scenario"?',
  ],
  [
    'an option of a command that does not stand behind --',
    ['seek', 'sh', '-c', 'true'],
    'sparring: "-c" is not an option of exec. If it belongs to a command, put that behind --: sparring exec seek -- npm test.',
  ],
  [
    'a port that is none',
    ['seek', '--port', '99999', '--', 'true'],
    'sparring: --port is "99999" and must be a number from 0 to 65535, or VENDOR=NUMBER.',
  ],
  [
    'a port that is given twice',
    ['seek', '--port', '0', '--port', '1', '--', 'true'],
    'sparring: --port is given twice: 0 and 1.',
  ],
  [
    'a variable of no vendor',
    ['seek', '--env', 'A=sek.url', '--', 'true'],
    'sparring: --env is "A=sek.url", and "sek" is not one of the vendors served. Did you mean "seek"?',
  ],
  [
    'a variable of nothing',
    ['seek', '--env', 'A=seek.keys', '--', 'true'],
    'sparring: --env is "A=seek.keys", and a vendor has url, key, webhookSecret. Did you mean "key"?',
  ],
])('%s ends with 125, and the last line says that the command has not run', async (_, args, message) => {
  const { code, out, err } = await sparring(['exec', ...args])
  expect([code, out]).toEqual([125, ''])
  expect(err).toContain(message)
  expect(err.trimEnd().split('\n').at(-1)).toContain('has not run')
})

test('a command that does not exist ends with 127, as in a shell', async () => {
  const { code, err } = await sparring(['exec', 'seek', '--', 'no-such-command'])
  expect([code, err]).toEqual([127, 'sparring: Failed to run no-such-command: there is no such command\n'])
})

test('a signal is passed on, and the exit code is that of the command', async () => {
  const child = start([
    'exec',
    'seek',
    '--quiet',
    '--',
    ...script(`process.on('SIGTERM', () => process.exit(9)); console.log('ready'); setInterval(() => {}, 1000)`),
  ])
  const done = finished(child)
  await seen(child.stdout!, 'ready')
  child.kill('SIGTERM')
  expect((await done).code).toBe(9)
})

test('a command that is killed ends the server, with 128 and the number of the signal', async () => {
  const child = start([
    'exec',
    'seek',
    '--quiet',
    '--',
    ...script('console.log(process.pid, process.env.SPARRING_URL); setInterval(() => {}, 1000)'),
  ])
  const done = finished(child)
  const [pid, url] = (await seen(child.stdout!, '\n')).trim().split(' ') as [string, string]
  process.kill(Number(pid), 'SIGKILL')
  expect((await done).code).toBe(137)
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

test('stdin is that of the command', async () => {
  const child = start(['exec', 'seek', '--quiet', '--', ...script('process.stdin.pipe(process.stdout)')])
  const done = finished(child)
  child.stdin!.end('from outside')
  expect((await done).out).toBe('from outside')
})

test('POST /__sparring/shutdown stops a server that runs in the background, with exit code 0', async () => {
  const child = start(['serve', 'seek', '--port', '0', '--json'])
  const done = finished(child)
  const { url } = JSON.parse(await seen(child.stdout!, '\n')) as { readonly url: string }
  const answer = await fetch(`${url}/__sparring/shutdown`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  expect([answer.status, await answer.json()]).toEqual([202, { status: 'stopping' }])
  expect((await done).code).toBe(0)
})

test('wait ends with 0 when the server is ready, and with 1 when it is not within the time', async () => {
  const { url, stop } = await serving(['seek', '--port', '0'])
  expect(await sparring(['wait', url])).toEqual({ code: 0, out: '', err: '' })
  await stop()
  const late = await sparring(['wait', url, '--timeout', '200ms'])
  expect(late.code).toBe(1)
  expect(late.err).toMatch(/^sparring: http:\/\/127\.0\.0\.1:\d+ was not ready within 200ms: connect ECONNREFUSED /)
  expect((await sparring(['wait', 'localhost:4010'])).err).toContain(
    '"localhost:4010" is not the address of a server: write it as http://127.0.0.1:4010.',
  )
})

/** Ends a process, which may end by itself at this very moment. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Starts a process that starts `sparring serve`, alone or in a shell that outlives it, as npx does. */
async function serveBelow(inShell: boolean, env: Readonly<Record<string, string>>) {
  const serve = `${JSON.stringify(node)} ${COMMAND} serve seek --port 0 --json`
  const command = inShell ? `${serve}; true` : `exec ${serve} --stop-with-parent`
  const code = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit' })`
  const parent = spawn(node, ['-e', code], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] })
  const ready = JSON.parse(await seen(parent.stdout, '\n')) as { readonly url: string; readonly pid: number }
  onTestFinished(() => {
    parent.kill('SIGKILL')
    end(ready.pid)
  })
  return { ...ready, parent }
}

/** Starts `sparring exec` below a shell, or by itself, with a command that tells its pid and then idles. */
async function execBelow(inShell: boolean, env: Readonly<Record<string, string>> = {}) {
  const idle = 'console.log(process.pid, process.ppid); setInterval(() => {}, 1000)'
  const line = `${JSON.stringify(node)} ${COMMAND} exec seek --quiet -- ${JSON.stringify(node)} -e '${idle}'`
  const parent = spawn('sh', ['-c', inShell ? `${line}; true` : `exec ${line}`], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let err = ''
  parent.stderr.on('data', (chunk) => (err += String(chunk)))
  const pids = (await seen(parent.stdout, '\n')).trim().split(' ').map(Number)
  onTestFinished(() => {
    for (const pid of [parent.pid!, ...pids]) end(pid)
  })
  return { parent, command: pids[0]!, exec: pids[1]!, err: () => err }
}

test.each(['SIGTERM', 'SIGKILL'] as const)('%s to exec leaves neither the server nor the command', async (signal) => {
  const { command, exec } = await execBelow(false)
  process.kill(exec, signal)
  await expect.poll(() => [exec, command].map(isRunning), { timeout: 5000 }).toEqual([false, false])
})

test('a killed shell above exec leaves neither the server nor the command, and exec says why', async () => {
  const { parent, command, exec, err } = await execBelow(true)
  parent.kill('SIGKILL')
  await expect.poll(() => [exec, command].map(isRunning), { timeout: 5000 }).toEqual([false, false])
  expect(err()).toBe(
    `sparring: what started exec has ended, so ${node} is stopped; SPARRING_STOP_WITH_PARENT=0 keeps it running.\n`,
  )
})

test('SPARRING_STOP_WITH_PARENT=0 lets exec and its command outlive the shell', async () => {
  const { parent, command, exec } = await execBelow(true, { SPARRING_STOP_WITH_PARENT: '0' })
  parent.kill('SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect([exec, command].map(isRunning)).toEqual([true, true])
})

test('a server that is to stop with its parent leaves no process when that is killed', async () => {
  const { parent, pid } = await serveBelow(false, {})
  parent.kill('SIGKILL')
  await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false)
})

test('a server that npx has started in a shell leaves no process when npx is killed', async () => {
  const { parent, pid } = await serveBelow(true, { npm_command: 'exec' })
  parent.kill('SIGKILL')
  await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false)
})

test.each([
  'serve seek --port 0 --json',
  `exec seek --quiet -- ${JSON.stringify(node)} -e "setInterval(() => {}, 1000)"`,
])('npx that is killed while the server is still starting leaves no process: %s', async (words) => {
  const command = `${JSON.stringify(node)} ${COMMAND} ${words} >&2 & echo $!; wait`
  const code = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit' })`
  const env = { ...process.env, npm_command: 'exec' }
  const parent = spawn(node, ['-e', code], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const pid = Number(await seen(parent.stdout, '\n'))
  onTestFinished(() => {
    end(pid)
  })
  parent.kill('SIGKILL')
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
})

test('SPARRING_STOP_WITH_PARENT=0 lets such a server run on', async () => {
  const { parent, pid } = await serveBelow(true, { npm_command: 'exec', SPARRING_STOP_WITH_PARENT: '0' })
  parent.kill('SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(isRunning(pid)).toBe(true)
})

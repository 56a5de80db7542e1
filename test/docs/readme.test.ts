import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../scripts/target/free-port.ts'

interface Block {
  readonly info: string
  readonly text: string
}

const readme = readFileSync('README.md', 'utf8')
const blocks: Block[] = [...readme.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  info: match[1]!,
  text: match[2]!,
}))

let port = 0
let server: ChildProcess | undefined

beforeAll(async () => {
  // The README names the usual port; here any free one stands for it.
  port = await freePort()
})

afterAll(stopServer)

test('every block of the README is one that this test knows how to run', () => {
  expect(blocks.map((block) => block.info)).toEqual([
    'console',
    'console serve',
    'ts test',
    'sh',
    'console serve',
    'console',
    'yaml scenarios/seal/request-rate.yaml',
    'console serve',
    'console',
  ])
})

// Its clock is the real one: three curls that take longer to start than an answer is held do not overlap.
test('the commands of the README print what it says', { timeout: 60_000, retry: 2 }, async () => {
  for (const block of blocks) {
    if (!block.info.startsWith('console') || block.text === '$ npm i -D sparring\n') continue
    if (block.info === 'console serve') await serve(block.text)
    else for (const { commands, output } of transcript(block.text)) expectLike(run(commands), output)
  }
})

test('the test of the README passes', { timeout: 60_000 }, () => {
  const folder = 'node_modules/.cache/sparring-readme'
  mkdirSync(folder, { recursive: true })
  const source = blocks.find((block) => block.info === 'ts test')!.text
  writeFileSync(`${folder}/readme.test.ts`, source)
  writeFileSync(
    `${folder}/vitest.config.ts`,
    `export default { resolve: { conditions: ['sparring-source'] }, ssr: { resolve: { conditions: ['sparring-source'] } }, test: { root: ${JSON.stringify(process.cwd())}, include: ['${folder}/*.test.ts'], exclude: [] } }`,
  )
  const result = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', `${folder}/vitest.config.ts`],
    {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    },
  )
  rmSync(folder, { recursive: true })
  expect(result.stdout + result.stderr).toContain('1 passed')
  expect(result.status).toBe(0)
  const lines = source.split('\n').filter((line) => line !== '')
  expect(lines.length).toBeLessThanOrEqual(15)
})

test('the line for CI runs a command beside a server, and ends as it does', { timeout: 60_000 }, () => {
  const command = `node -e 'console.log(process.env.SPARRING_SEEK_URL, process.env.SEEKAPI_KEY); process.exit(4)'`
  const line = blocks.find((block) => block.info === 'sh')!.text
  const code = line.replace('npx sparring', `"${process.execPath}" mocks/cli/main.ts`).replace('npm test', command)
  const { status, stdout } = spawnSync('bash', ['-c', code], { encoding: 'utf8' })
  expect(status).toBe(4)
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/seek sk_live_sparring00main\n$/)
})

test('the scenario in the README is the one in the catalogue', () => {
  const block = blocks.find((entry) => entry.info.startsWith('yaml '))!
  expect(readFileSync(block.info.slice('yaml '.length), 'utf8')).toBe(block.text)
})

test('what the README links to is there', () => {
  for (const [, target] of readme.matchAll(/\]\(([^)#]+)\)/g)) expect(() => readFileSync(target!), target).not.toThrow()
})

/** Commands without output go with the next that has some: they set variables for it. */
function transcript(text: string): Array<{ commands: string[]; output: string }> {
  const steps: Array<{ commands: string[]; output: string }> = []
  const settings: string[] = []
  for (const line of text.trimEnd().split('\n')) {
    if (!line.startsWith('$ ')) {
      steps.at(-1)!.output += `${line}\n`
    } else if (/^\$ (?:\w+=|\w+\(\))/.test(line)) {
      settings.push(line.slice(2))
    } else {
      steps.push({ commands: [...settings, line.slice(2)], output: '' })
    }
  }
  return steps
}

function run(commands: readonly string[]): string {
  const result = spawnSync('bash', ['-c', local(commands.join('\n'))], { encoding: 'utf8' })
  // Blanks at the end of a line are nothing that a reader sees.
  return result.stdout.replaceAll(/[ \r]+$/gm, '').replaceAll(`:${port}`, ':4010')
}

async function serve(text: string): Promise<void> {
  await stopServer()
  const [first, ...rest] = text.trimEnd().split('\n') as [string, ...string[]]
  const command = first
    .slice(2)
    .replace('npm ci && ', '')
    .replace('npm start', 'npm start --silent --')
    .replace('npx sparring', 'exec node mocks/cli/main.ts')
  server = spawn('bash', ['-c', `${command} --port ${port}`], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    server!.stdout!.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8')
      if (printed.includes('Ctrl+C')) resolve()
    })
    server!.on('exit', () => reject(new Error(`The server ended early:\n${printed}`)))
  })
  expectLike(printed.replaceAll(`:${port}`, ':4010'), `${rest.join('\n')}\n`)
}

async function stopServer(): Promise<void> {
  const running = server
  server = undefined
  if (!running?.pid) return
  running.removeAllListeners('exit')
  const ended = new Promise((resolve) => running.on('exit', resolve))
  // The group: npm starts a shell, which starts node.
  process.kill(-running.pid, 'SIGTERM')
  await ended
}

function local(command: string): string {
  return command.replaceAll(':4010', `:${port}`)
}

/** An ellipsis stands for what differs from run to run: within a line, or for any lines. */
function expectLike(actual: string, wanted: string): void {
  const pattern = wanted
    .split('\n')
    .map((line) =>
      line === '…'
        ? '[\\s\\S]*'
        : line
            .split('…')
            .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
            .join('.*'),
    )
    .join('\n')
    .replaceAll('\n[\\s\\S]*\n', '\n[\\s\\S]*')
  if (!new RegExp(`^${pattern}$`).test(actual.endsWith('\n') || actual === '' ? actual : `${actual}\n`))
    expect(actual).toBe(wanted)
}

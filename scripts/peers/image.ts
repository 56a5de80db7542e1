import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join, posix, relative } from 'node:path'
import { command, folderOf, root } from './project.ts'
import { freePort } from '../target/free-port.ts'

/** A stage of the image: a folder as its file system, and its container settings. */
interface Stage {
  readonly name: string
  readonly files: string
  workdir: string
  user: string
  entrypoint: readonly string[]
  cmd: readonly string[]
  healthcheck: readonly string[]
}

const TOKEN = 'a-secret'

/**
 * Executes the Dockerfile step by step without Docker, with a folder for each stage. Then starts the image's command,
 * checks its health, and stops it like `docker stop`.
 */
export async function checkImage(): Promise<void> {
  const image = await buildImage(join(root, 'Dockerfile'))
  if (image.user === 'root') throw new Error('The image runs as root.')
  const port = String(await freePort())
  const inImage = (words: readonly string[]): string[] =>
    words.map((word) => (word.startsWith('/') ? image.files + word : word.replace('4010', port)))
  const cwd = image.files + image.workdir
  const [file, ...args] = inImage([...image.entrypoint, ...image.cmd]) as [string, ...string[]]
  const env = { ...process.env, SPARRING_TOKEN: TOKEN, SPARRING_PORT: port }
  const server = spawn(file, args, { cwd, env, stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => server.on('exit', resolve))
  try {
    const [check, ...rest] = inImage(image.healthcheck) as [string, ...string[]]
    await healthy(() => command(cwd, check, ...rest))
    const scenario = `http://127.0.0.1:${port}/__sparring/scenario`
    const statuses = [
      (await fetch(scenario)).status,
      (await fetch(scenario, { headers: { authorization: `Bearer ${TOKEN}` } })).status,
    ]
    if (statuses.join() !== '403,200')
      throw new Error(`403 and 200 should have been answered, not ${statuses.join(' and ')}`)
    server.kill('SIGTERM')
    const code = await ended
    if (code !== 0) throw new Error(`The server should have ended with 0, not with ${code}`)
  } finally {
    server.kill('SIGKILL')
  }
}

/** Checks as often as Docker does within the start period. */
async function healthy(check: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await check()
      return
    } catch (error) {
      if (tries === 10) throw error
    }
  }
}

async function buildImage(dockerfile: string): Promise<Stage> {
  const stages: Stage[] = []
  for (const [keyword, text] of instructions(readFileSync(dockerfile, 'utf8'))) {
    const stage = stages.at(-1)!
    const inStage = (path: string): string => stage.files + posix.resolve(stage.workdir, path)
    if (keyword === 'FROM') {
      const name = text.split(' AS ')[1] ?? 'image'
      stages.push({
        name,
        files: folder(`image-${name}`),
        workdir: '/',
        user: 'root',
        entrypoint: [],
        cmd: [],
        healthcheck: [],
      })
    } else if (keyword === 'WORKDIR') {
      stage.workdir = posix.resolve(stage.workdir, text)
      mkdirSync(inStage('.'), { recursive: true })
    } else if (keyword === 'COPY') {
      const [, from, paths] = /^(?:--from=(\S+) )?(.*)$/.exec(text)!
      const words = paths!.split(' ')
      const target = words.pop()!
      for (const path of words) {
        const source = from === undefined ? join(root, path) : stages.find(({ name }) => name === from)!.files + path
        const isFolder = target.endsWith('/') && path !== '.'
        const filter = from === undefined ? isInContext : () => true
        cpSync(source, inStage(isFolder ? target + posix.basename(path) : target), {
          recursive: true,
          verbatimSymlinks: true,
          filter,
        })
      }
    } else if (keyword === 'RUN') await command(inStage('.'), 'sh', '-c', text)
    else if (keyword === 'USER') stage.user = text
    else if (keyword === 'ENTRYPOINT') stage.entrypoint = JSON.parse(text) as string[]
    else if (keyword === 'CMD') stage.cmd = JSON.parse(text) as string[]
    else if (keyword === 'HEALTHCHECK') stage.healthcheck = JSON.parse(text.slice(text.indexOf('['))) as string[]
    else if (keyword !== 'ENV' && keyword !== 'EXPOSE') throw new Error(`What does ${keyword} do here?`)
  }
  return stages.at(-1)!
}

function instructions(text: string): Array<[keyword: string, text: string]> {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.split(' ', 1)[0]!, line.slice(line.indexOf(' ') + 1)])
}

const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n')

/** Whether Docker gets a file: `.dockerignore` has paths from the root, and with two stars at any depth. */
function isInContext(file: string): boolean {
  const path = relative(root, file)
  return !ignored.some((pattern) =>
    pattern.startsWith('**/*') ? path.endsWith(pattern.slice(4)) : path === pattern || path.startsWith(`${pattern}/`),
  )
}

function folder(name: string): string {
  const path = folderOf(name)
  mkdirSync(path)
  return path
}

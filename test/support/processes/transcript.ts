import { type ChildProcess, spawn } from 'node:child_process'
import { expect } from 'vitest'
import { COMMAND, finished } from './cli.ts'

/** The port that pages show. */
const SHOWN = ':4010'

/** Commands with what a page says they print. Commands without output go with the next that has some: they set variables. */
export function transcript(text: string): Array<{ readonly commands: string[]; output: string }> {
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

/** Runs commands of a page in a shell, on another port than the one that the page shows. */
export async function runCommands(commands: readonly string[], port: number): Promise<string> {
  const { out } = await finished(spawn('bash', ['-c', commands.join('\n').replaceAll(SHOWN, `:${port}`)]))
  // Blanks at the end of a line are nothing that a reader sees.
  return out.replaceAll(/[ \r]+$/gm, '').replaceAll(`:${port}`, SHOWN)
}

export interface Served {
  readonly printed: string
  readonly stop: () => Promise<void>
}

/** Starts the server that a page starts, on another port, and waits until it is ready. */
export async function startShown(command: string, port: number): Promise<Served> {
  const local = command
    .replace('npm ci && ', '')
    .replace('npm start', 'npm start --silent --')
    .replace('npx sparring', `exec node ${COMMAND}`)
  const child = spawn('bash', ['-c', `${local} --port ${port}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8')
      if (printed.includes('Ctrl+C')) resolve()
    })
    child.on('exit', () => reject(new Error(`The server ended early:\n${printed}`)))
  })
  return { printed: printed.replaceAll(`:${port}`, SHOWN), stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (!child.pid) return
  child.removeAllListeners('exit')
  const ended = new Promise((resolve) => child.on('exit', resolve))
  // The group: npm starts a shell, which starts node.
  process.kill(-child.pid, 'SIGTERM')
  await ended
}

/** An ellipsis stands for what differs from run to run: within a line, or for any lines. */
export function expectLike(actual: string, wanted: string): void {
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

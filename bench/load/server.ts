import { type ChildProcess, spawn } from 'node:child_process'

/** A server under load, in a process of its own. */
export interface Started {
  readonly child: ChildProcess
  readonly pid: number
  readonly port: number
  /** ms from spawn to the ready line. */
  readonly time: number
  readonly stop: () => Promise<void>
}

export interface StartOptions {
  /** The checkout whose code it runs; default: this one. */
  readonly cwd?: string
  /** The program; default: the Node that runs this. */
  readonly command?: string
  /** Where it prints no JSON: what tells that it is ready. */
  readonly port?: number
  /** Real ms. */
  readonly patience?: number
}

/**
 * Starts a process that prints its port, or its URL, in JSON. One whose port is given is ready when it answers there.
 *
 * @throws Error when it ends before it is ready, or is not ready in time; the message has what it printed last
 */
export async function start(args: readonly string[], options: StartOptions = {}): Promise<Started> {
  const { cwd = process.cwd(), command = process.execPath, patience = 60_000 } = options
  const began = performance.now()
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill()
    const late = setTimeout(() => child.kill('SIGKILL'), 3000)
    await ended
    clearTimeout(late)
  }
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString('utf8')).slice(-2000)))
  try {
    const port = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`It was not ready after ${patience / 1000} s.`)), patience)
      const ready = (found: number): void => {
        clearTimeout(timer)
        resolve(found)
      }
      child.once('error', reject)
      child.once('close', (code) => {
        clearTimeout(timer)
        reject(new Error(`It ended with ${code} before it was ready. ${lastLine(complaints)}`))
      })
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        if (options.port !== undefined || text === DONE) return
        text += chunk.toString('utf8')
        // Some say more before.
        const line = /^\{.*\}$(?=\n)/m.exec(text)?.[0]
        if (line === undefined) return
        text = DONE
        const { port, url } = JSON.parse(line) as { port?: number; url?: string }
        ready(port ?? Number(new URL(url!).port))
      })
      if (options.port !== undefined) void untilAnswered(options.port, child).then(() => ready(options.port!))
    })
    return { child, pid: child.pid!, port, time: performance.now() - began, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const DONE = 'done'

/** The last line that was printed, which says most. */
function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

async function untilAnswered(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      await fetch(`http://127.0.0.1:${port}/v1/me`, { signal: AbortSignal.timeout(2000) })
      return
    } catch {
      await new Promise((resolve) => void setTimeout(resolve, 100))
    }
  }
}

/** Empties the session, as a test does before it begins. */
export function reset(port: number): Promise<void> {
  return steer(port, 'reset', {})
}

export function openSession(port: number, id: string): Promise<void> {
  return steer(port, 'sessions', { id })
}

/** @throws Error when the server refuses */
async function steer(port: number, call: string, body: object): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/__sparring/${call}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`POST /${call} was refused: ${answer.status} ${await answer.text()}`)
}

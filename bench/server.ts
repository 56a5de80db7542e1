import { type ChildProcess, spawn } from 'node:child_process'

/** A server under load, in a process of its own. */
export interface Started {
  readonly child: ChildProcess
  readonly port: number
  /** ms from spawn to the ready line. */
  readonly time: number
}

/**
 * Starts a process that prints its port, or its URL, as its first line, in JSON.
 *
 * @param cwd - the checkout whose code it runs; default: this one
 */
export function start(args: readonly string[], cwd = process.cwd()): Promise<Started> {
  const began = performance.now()
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let text = ''
    child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code} before it was ready.`)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (!text.includes('\n')) return
      const line = JSON.parse(text.split('\n')[0]!) as { port?: number; url?: string }
      resolve({ child, port: line.port ?? Number(new URL(line.url!).port), time: performance.now() - began })
    })
  })
}

/** Empties the session, as a test does before it begins. */
export async function reset(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/__sparring/reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  if (!answer.ok) throw new Error(`The session could not be reset: ${answer.status} ${await answer.text()}`)
}

export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../../scripts/target/free-port.ts'

/** Whether there is a store to test with. */
export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0
export const NO_REDIS = 'no redis-server: run "apt-get install redis-server" (as root)'

/** A server of Redis of a test's own, which keeps each write before it answers. */
export interface Redis {
  readonly url: string
  readonly port: number
  readonly pid: () => number
  /** Ends it at once, as a power failure would. */
  readonly kill: () => Promise<void>
  /** Starts it again with what it had kept. */
  readonly start: () => Promise<void>
  /** Runs a command, and returns its answer. */
  readonly ask: (command: string) => Promise<string>
  readonly remove: () => Promise<void>
}

export async function startRedis(port?: number): Promise<Redis> {
  const own = port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'sparring-redis-'))
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const options = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
    const started = spawn('redis-server', ['--port', String(own), '--bind', '127.0.0.1', ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    child = started
    let said = ''
    started.stdout.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-1000)))
    const ended = new Promise<never>((_, reject) => {
      started.once('exit', () => reject(new Error(`redis-server does not start at port ${own}:\n${said}`)))
    })
    // It is killed later on, which is no failure.
    ended.catch(() => {})
    while (!(await Promise.race([isOpen(own), ended]))) await sleep(20)
  }
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child!.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    url: `redis://127.0.0.1:${own}`,
    port: own,
    pid: () => child!.pid!,
    kill,
    start,
    ask: (command) => ask(own, command),
    remove: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function isOpen(port: number): Promise<boolean> {
  // While it reads what it had kept, it answers that it is loading.
  return (await ask(port, 'PING')).startsWith('+PONG')
}

/** The answer to a command; empty if there is none. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(''))
    socket.on('connect', () => socket.write(`${command}\r\n`))
    socket.on('data', (answer) => {
      socket.destroy()
      resolve(String(answer))
    })
  })
}

import { resetNotices } from '../../../mocks/engine/session/notice.ts'
import { root } from './command.ts'

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** What belongs to a command while it runs in this process. */
export interface OwnProcess {
  readonly env: NodeJS.ProcessEnv
  /** Calls what the command has registered for a signal. */
  readonly signal: (name: NodeJS.Signals) => void
  /** Gives folder, variables, console and listeners back. */
  readonly leave: () => void
}

const EVENTS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK', 'uncaughtException'] as const

/** Gives this process to a command: its folder, its variables, and its console, whose lines go to `write`. */
export function enter(options: RunOptions, write: (text: string) => unknown): OwnProcess {
  const before = { cwd: process.cwd(), env: { ...process.env }, warn: console.warn, error: console.error }
  const known = new Map(EVENTS.map((event) => [event, process.listeners(event as 'SIGINT')]))
  const added = (event: (typeof EVENTS)[number]) =>
    process.listeners(event as 'SIGINT').filter((listener) => !known.get(event)!.includes(listener))
  const env = { ...cleanEnv(), ...options.env }
  setEnvironment(env)
  process.chdir(options.cwd ?? root)
  console.warn = console.error = (text: unknown) => void write(`${String(text)}\n`)
  resetNotices()
  return {
    env,
    signal: (name) => {
      for (const listener of added(name as 'SIGINT')) listener(name)
    },
    leave: () => {
      for (const event of EVENTS) for (const listener of added(event)) process.off(event, listener)
      process.chdir(before.cwd)
      setEnvironment(before.env)
      Object.assign(console, { warn: before.warn, error: before.error })
    },
  }
}

/** The variables without the machine's own settings, which must not decide what is printed. */
export function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SPARRING_') && !/^(?:NO_COLOR|FORCE_COLOR|NODE_OPTIONS)$/.test(name),
  )
  return Object.fromEntries(kept)
}

function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
}

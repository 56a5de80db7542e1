import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../arguments.ts'
import { commandEnvironment } from './environment.ts'
import { guardCommand } from './guard-command.ts'
import { createExecCoverage } from './exec-coverage.ts'
import { createSummary } from './summary.ts'
import { openServer } from '../serve/open-server.ts'
import { findParents, type Parents, whenParentEnds } from '../serve/parents.ts'
import { gatherFindings } from '../../connect/mock/gather.ts'
import type { Report } from '../../report/report.ts'
import { terminalLines } from '../../report/terminal.ts'
import { SEVERITIES } from '../../spec/conduct/conduct.ts'
import { type FindingSeverity, isAtLeast } from '../../verdict/finding.ts'
import { count, type Print } from '../print.ts'
import { wantedReports, writeReports } from './reports.ts'
import { PROBLEMS, WRAPPER_FAILED } from '../exit-codes.ts'

const NOT_FOUND = 127
const NOT_EXECUTABLE = 126
/** Real ms that the command gets to end when its parent is gone. */
const PATIENCE_MS = 5000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/** `sparring exec [VENDOR|FILE …] -- CMD` */
export async function run(args: Arguments, print: Print): Promise<number> {
  if (args.rest.length === 0)
    throw new UsageError('exec needs a command behind --: sparring exec seek -- npm test.', 'exec')
  try {
    return await runBeside(args, print)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const message = error instanceof Error ? error.message : String(error)
    print.err(`sparring: exec itself has failed, and ${args.rest[0]} has not run: ${message}`)
    return WRAPPER_FAILED
  }
}

async function runBeside(args: Arguments, print: Print): Promise<number> {
  const parents = (args.isSet('stop-with-parent') ?? true) ? findParents(process.env) : undefined
  const reports = wantedReports(args)
  const failOn = failOnOf(args)
  const measure = createExecCoverage(args)
  const opened = await openServer(args, 'exec', 0)
  const { server, sessions, judged } = opened
  const summary = createSummary(sessions)
  const gathered = gatherFindings(sessions, judged)
  try {
    const coverage = measure(opened)
    const env = { ...process.env, ...commandEnvironment(server, args), ...coverage.env }
    const code = await runCommand(args.rest, { env, parents }, print)
    if (code === NOT_FOUND || code === NOT_EXECUTABLE) return code
    const report: Report = {
      version: 1,
      vendors: server.mock.vendors,
      exchanges: gathered.counts(),
      findings: gathered.findings(),
    }
    const { lines, problem } = coverage.end()
    if (!args.on('quiet'))
      for (const line of [...summary.lines(), ...terminalLines(report), ...lines]) print.err(`sparring: ${line}`)
    await writeReports(reports, report, failOn ?? 'error', print)
    const verdict = verdictOf(report, failOn, args.on('allow-empty'))
    return finish(code, verdict ?? problem, args, print)
  } finally {
    summary.stop()
    gathered.stop()
    await server.close()
  }
}

/** The least severity that fails the run; undefined where none does. */
function failOnOf(args: Arguments): FindingSeverity | undefined {
  const text = args.text('fail-on') ?? 'error'
  if (text === 'never') return undefined
  const found = SEVERITIES.find((severity) => severity === text)
  if (found && found !== 'off') return found
  throw new UsageError(`${args.source('fail-on')} is "${text}" and must be error, warning, info or never.`, 'exec')
}

/** Why a run fails whose command has passed; undefined where it does not. */
function verdictOf(
  { findings, exchanges }: Report,
  failOn: FindingSeverity | undefined,
  mayBeEmpty: boolean,
): string | undefined {
  if (exchanges.judged + exchanges.notJudged === 0 && !mayBeEmpty)
    return 'no request was sent, so nothing was judged; --allow-empty takes that for a success'
  const fatal = failOn ? findings.filter(({ severity }) => isAtLeast(severity, failOn)) : []
  return fatal.length === 0 ? undefined : `${count(fatal.length, 'finding')} of severity ${failOn} or worse`
}

/** The last line says whose exit code it is. */
function finish(code: number, verdict: string | undefined, args: Arguments, print: Print): number {
  const name = args.rest[0]
  if (code !== 0) {
    if (!args.on('quiet')) print.err(`sparring: exit code ${code}, that of ${name}`)
    return code
  }
  if (verdict === undefined) return 0
  print.err(`sparring: exit code ${PROBLEMS}, though ${name} has passed: ${verdict}`)
  return PROBLEMS
}

interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  /** The command is stopped when one of these ends. */
  readonly parents: Parents | undefined
}

/** Runs it with this process's own stdin, stdout and stderr; resolves with its exit code, 128 and the number for a signal. */
function runCommand(command: readonly string[], { env, parents }: RunOptions, print: Print): Promise<number> {
  return new Promise((resolve) => {
    const [file, ...rest] = command as [string, ...string[]]
    const child = spawn(file, rest, { env, stdio: 'inherit', shell: process.platform === 'win32' })
    const release = child.pid === undefined ? undefined : guardCommand(child.pid)
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
    for (const signal of SIGNALS) process.on(signal, pass)
    const unwatch = parents
      ? whenParentEnds(parents, () => {
          print.err(
            `sparring: what started exec has ended, so ${file} is stopped; SPARRING_STOP_WITH_PARENT=0 lets it run on.`,
          )
          child.kill('SIGTERM')
          setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref()
        })
      : undefined
    const end = (code: number): void => {
      unwatch?.()
      release?.()
      for (const signal of SIGNALS) process.off(signal, pass)
      resolve(code)
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      print.err(
        `sparring: Failed to run ${file}: ${error.code === 'ENOENT' ? 'there is no such command' : error.message}`,
      )
      end(error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE)
    })
    child.on('exit', (code, signal) => end(code ?? 128 + constants.signals[signal!]))
  })
}

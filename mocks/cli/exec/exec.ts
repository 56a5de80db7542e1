import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../arguments.ts'
import { commandEnvironment } from './environment.ts'
import { cmdLine } from './cmd-line.ts'
import { guardCommand } from './guard-command.ts'
import { createExecCoverage } from './exec-coverage.ts'
import { wrapperSignals } from './signals.ts'
import { createSummary } from './summary.ts'
import { openServer } from '../serve/open-server.ts'
import { findParents, type Parents, whenParentEnds } from '../serve/parents.ts'
import { gatherReports } from '../../connect/mock/gather.ts'
import { packageVersion } from '../../load/files/package-root.ts'
import { terminalLines } from '../../report/terminal.ts'
import { messageOf } from '../../state/printable.ts'
import type { Print } from '../print.ts'
import { interceptionLines, notIntercepted } from './intercept/intercept-lines.ts'
import { checkInterception, type Begun, type Interception, openInterception } from './intercept/intercept.ts'
import { openBaseline, withBaseline, writeBaseline } from './baseline-file.ts'
import { failOnOf, finish } from './outcome.ts'
import { wantedReports, writeReports } from './reports.ts'
import { WRAPPER_FAILED } from '../exit-codes.ts'

const NOT_FOUND = 127
const NOT_EXECUTABLE = 126
/** Real ms that the command has to end after its parent is gone. */
const PATIENCE_MS = 5000

/** `sparring exec [VENDOR|FILE …] -- CMD` */
export async function run(args: Arguments, print: Print): Promise<number> {
  if (args.rest.length === 0)
    throw new UsageError('exec needs a command behind --: sparring exec seek -- npm test.', 'exec')
  const course: Course = { code: undefined }
  try {
    return await runBeside(args, print, course)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code } = course
    const name = args.rest[0]
    const what = code === undefined ? `${name} has not run` : `${name} has ended with exit code ${code}`
    print.err(`sparring: exec itself has failed, and ${what}: ${messageOf(error)}`)
    return WRAPPER_FAILED
  }
}

/** Progress of a run. */
interface Course {
  /** Exit code of the command; undefined until it has ended. */
  code: number | undefined
}

async function runBeside(args: Arguments, print: Print, course: Course): Promise<number> {
  const parents = (args.isSet('stop-with-parent') ?? true) ? findParents(process.env) : undefined
  const reports = wantedReports(args, 'exec')
  const failOn = failOnOf(args)
  const baseline = await openBaseline(args)
  const measure = createExecCoverage(args, reports.length > 0)
  checkInterception(args)
  const opened = await openServer(args, 'exec', { defaultPort: 0 })
  const { server, sessions, judged } = opened
  const summary = createSummary(sessions)
  const gathered = gatherReports(sessions, judged, {
    version: packageVersion(),
    failOn,
    archive: reports.some(({ name }) => name === 'har'),
  })
  let interception: Interception | undefined
  try {
    const coverage = measure(opened)
    interception = await openInterception(args, server.front, process.env)
    const env = { ...process.env, ...commandEnvironment(server, args), ...coverage.env }
    const code = await runCommand(args.rest, { env, parents, begin: interception?.begin }, print)
    course.code = code
    if (code === NOT_FOUND || code === NOT_EXECUTABLE) return code
    const run = gathered.run()
    // A failed command may have stopped early: findings missing from its run may come back.
    const applied = baseline?.isUpdated && code !== 0 ? undefined : baseline
    const { coverage: covered, lines } = coverage.end()
    const report = { ...withBaseline(run.report, applied), coverage: covered }
    const say = (line: string): void => {
      if (!args.on('quiet')) print.err(`sparring: ${line}`)
    }
    for (const line of [...summary.lines(), ...terminalLines(report, print.paintErr), ...lines]) say(line)
    const met = interception?.met()
    for (const line of met ? interceptionLines(met) : []) say(line)
    const failures = [
      ...(await writeReports(reports, { ...run, report }, print)),
      ...(applied?.isUpdated ? await writeBaseline(report, applied) : []),
    ]
    if (applied?.isUpdated && failures.length === 0) say(`the baseline ${applied.file} has the findings of this run`)
    if (baseline && !applied) say(`the baseline ${baseline.file} was left as it is, since the command has failed`)
    const missed = met && interception ? notIntercepted(met, interception.hosts) : undefined
    return finish({ code, report, failures, missed }, args, print)
  } finally {
    summary.stop()
    gathered.stop()
    await interception?.end()
    await server.close()
  }
}

interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  /** Processes whose end stops the command. */
  readonly parents: Parents | undefined
  /** Prepares the interception of the command. */
  readonly begin: Interception['begin'] | undefined
}

/**
 * Runs the command with stdin, stdout and stderr as `print` has them; resolves with its exit code, or 128 plus the number of
 * the signal.
 */
async function runCommand(
  command: readonly string[],
  { env, parents, begin }: RunOptions,
  print: Print,
): Promise<number> {
  const [file, ...rest] = command as [string, ...string[]]
  let child: ChildProcess | undefined
  // Registered before there are files to remove: an unhandled signal would leave them behind.
  const signals = wrapperSignals(process.platform).map(({ name, isPassed }) => {
    const pass = (): void => void (isPassed && child?.kill(name))
    process.on(name, pass)
    return () => process.off(name, pass)
  })
  let release: (() => void) | undefined
  let begun: Begun | undefined
  try {
    begun = begin?.()
    const options = { env: { ...env, ...begun?.env }, stdio: print.stdio }
    child =
      process.platform === 'win32' ? spawn(cmdLine(command), { ...options, shell: true }) : spawn(file, rest, options)
    if (child.pid !== undefined) release = guardCommand(child.pid, begun?.folder)
    return await whenEnded(child, file, parents, print)
  } finally {
    begun?.remove()
    release?.()
    for (const forget of signals) forget()
  }
}

function whenEnded(child: ChildProcess, file: string, parents: Parents | undefined, print: Print): Promise<number> {
  return new Promise((resolve) => {
    const unwatch = parents
      ? whenParentEnds(parents, () => {
          print.err(
            `sparring: what started exec has ended, so ${file} is stopped; SPARRING_STOP_WITH_PARENT=0 keeps it running.`,
          )
          child.kill('SIGTERM')
          setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref()
        })
      : undefined
    const end = (code: number): void => {
      unwatch?.()
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

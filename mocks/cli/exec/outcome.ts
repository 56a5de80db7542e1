import { type FailOn, isFatal, type Report } from '../../report/report.ts'
import { count } from '../../spec/problems/count.ts'
import { FINDING_SEVERITIES } from '../../verdict/finding.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { NOT_INTERCEPTED, PROBLEMS, WRAPPER_FAILED } from '../exit-codes.ts'
import type { Print } from '../print.ts'

/** The lowest severity that fails the run. */
export function failOnOf(args: Arguments): FailOn {
  const text = args.text('fail-on') ?? 'error'
  if (text === 'never') return text
  const found = FINDING_SEVERITIES.find((severity) => severity === text)
  if (found) return found
  throw new UsageError(`${args.source('fail-on')} is "${text}" and must be error, warning, info or never.`, 'exec')
}

/** The outcome of a run. */
export interface Ended {
  /** Exit code of the command. */
  readonly code: number
  readonly report: Report
  /** Sentences on failures of sparring itself. */
  readonly failures: readonly string[]
  /** Why nothing was intercepted, if interception was requested. */
  readonly missed: string | undefined
}

/**
 * The exit code: that of the command if it has failed, else 125 if sparring has failed, else 122 if requested
 * interception did not happen, else 1 for findings. The last line explains the code.
 */
export function finish({ code, report, failures, missed }: Ended, args: Arguments, print: Print): number {
  const name = args.rest[0]
  for (const failure of failures) print.err(`sparring: ${failure}`)
  if (code !== 0) {
    if (missed !== undefined && !args.on('quiet')) print.err(`sparring: ${missed}`)
    if (!args.on('quiet') || failures.length > 0) print.err(`sparring: exit code ${code}, that of ${name}`)
    return code
  }
  if (failures.length > 0) {
    print.err(`sparring: exit code ${WRAPPER_FAILED}, though ${name} has passed: sparring itself has failed`)
    return WRAPPER_FAILED
  }
  if (missed !== undefined && !args.on('allow-empty')) {
    print.err(`sparring: exit code ${NOT_INTERCEPTED}, though ${name} has passed: ${missed}`)
    return NOT_INTERCEPTED
  }
  const verdict = verdictOf(report, args.on('allow-empty')) ?? report.coverage?.problem
  if (verdict === undefined) return 0
  print.err(`sparring: exit code ${PROBLEMS}, though ${name} has passed: ${verdict}`)
  return PROBLEMS
}

/** Why a run fails although its command has passed; undefined if it does not. */
function verdictOf({ findings, exchanges, failOn, baseline }: Report, mayBeEmpty: boolean): string | undefined {
  if (exchanges.judged + exchanges.notJudged === 0 && !mayBeEmpty)
    return 'no request was sent, so nothing was judged; --allow-empty accepts that'
  const fatal = findings.filter((finding) => isFatal(finding, failOn))
  if (fatal.length === 0) return undefined
  return `${count(fatal.length, baseline ? 'new finding' : 'finding')} of severity ${failOn} or worse`
}

import { resolve } from 'node:path'
import { addToCoverageFile, coverageFiles, readCoverageFiles } from '../../connect/coverage/coverage-files.ts'
import { createRemedies } from '../../load/failures/remedies.ts'
import { coverageLine, coverageLines } from '../../report/coverage-lines.ts'
import type { ReportedCoverage } from '../../report/report.ts'
import { totalCoverage } from '../../verdict/coverage/coverage.ts'
import { mergeCoverage } from '../../verdict/coverage/merge.ts'
import type { Arguments } from '../arguments.ts'
import { belowMinimum } from '../report/coverage-minimum.ts'
import type { OpenedServer } from '../serve/open-server.ts'

/** The coverage of a run: of the server, and of mocks in the command's process, which write files. */
export interface ExecCoverage {
  /** Makes the command's own mocks write their coverage. */
  readonly env: Readonly<Record<string, string>>
  /** Reads the coverage. */
  readonly end: () => {
    /** For reports; undefined if not requested. */
    readonly coverage: ReportedCoverage | undefined
    /** For the terminal; empty if not requested. */
    readonly lines: readonly string[]
  }
}

/**
 * @param isReported - whether a report is written, which says how to fill each gap
 * @throws {@link UsageError} for a minimum that is not a number
 */
export function createExecCoverage(args: Arguments, isReported: boolean): (opened: OpenedServer) => ExecCoverage {
  const tooLittle = belowMinimum(args)
  const given = args.text('coverage-dir')
  const folder = given === undefined ? undefined : resolve(given)
  const isTable = args.on('coverage')
  const isAsked = isTable || folder !== undefined || args.text('coverage-min') !== undefined
  return ({ meter, served }) => {
    const before = new Set(folder === undefined ? [] : coverageFiles(folder))
    const save = folder === undefined ? undefined : addToCoverageFile(folder, meter)
    return {
      env: folder === undefined ? {} : { SPARRING_COVERAGE_DIR: folder },
      end: () => {
        save?.()
        if (!isAsked) return { coverage: undefined, lines: [] }
        const files = folder === undefined ? [] : coverageFiles(folder).filter((file) => !before.has(file))
        const sum = mergeCoverage([totalCoverage(meter.read()), readCoverageFiles(files)])
        // Finding remedies for gaps is slow.
        const shown = isTable || isReported ? createRemedies(served.library, served.vendors)(sum) : sum
        const coverage = { ...shown, problem: tooLittle(sum) }
        return { coverage, lines: isTable ? coverageLines(coverage) : [coverageLine(coverage)] }
      },
    }
  }
}

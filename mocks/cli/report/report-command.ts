import { coverageFiles, readCoverageFiles, writeCoverage } from '../../connect/coverage/coverage-files.ts'
import { loadCoveredVendors } from '../../load/failures/covered-vendors.ts'
import { createRemedies } from '../../load/failures/remedies.ts'
import { isFolder, notAFolder } from '../../load/files/regular-file.ts'
import { createLibrary } from '../../load/library.ts'
import { packageVersion } from '../../load/files/package-root.ts'
import { coverageLines } from '../../report/coverage-lines.ts'
import type { Report, ReportedCoverage } from '../../report/report.ts'
import { isoText } from '../../spec/values/instants.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { wantedReports, writeReports } from '../exec/reports.ts'
import { PROBLEMS, WRAPPER_FAILED } from '../exit-codes.ts'
import { folders } from '../folders.ts'
import { count } from '../../spec/problems/count.ts'
import { json, type Print } from '../print.ts'
import { belowMinimum } from './coverage-minimum.ts'

/** `sparring report --merge DIR…` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const given = [...args.list('merge'), ...args.words]
  if (given.length === 0) throw new UsageError('report needs a folder: sparring report --merge coverage.', 'report')
  for (const folder of given) if (!isFolder(folder)) throw new UsageError(noFolder(folder), 'report')
  const tooLittle = belowMinimum(args)
  const reports = wantedReports(args, 'report', WRITABLE)
  const files = given.flatMap(coverageFiles)
  if (files.length === 0) {
    print.err(
      `sparring: there is no coverage in ${given.join(', ')}. Run the tests with --coverage-dir, or with SPARRING_COVERAGE_DIR where they have mocks in their own process.`,
    )
    return PROBLEMS
  }
  const sum = readCoverageFiles(files)
  const library = createLibrary({ scenarios: folders(args) })
  const coverage = createRemedies(library, loadCoveredVendors(sum.vendors, library))(sum)
  const target = args.text('write')
  if (target !== undefined) writeCoverage(target, sum)
  if (args.on('json')) print.out(json(coverage))
  else for (const line of [`${count(files.length, 'file')} added up`, ...coverageLines(coverage)]) print.out(line)
  const problem = tooLittle(coverage)
  const failures = await writeReports(
    reports,
    { report: reportOf({ ...coverage, problem }), archive: NO_ARCHIVE },
    print,
  )
  for (const failure of failures) print.err(`sparring: ${failure}`)
  if (failures.length > 0) return WRAPPER_FAILED
  if (problem === undefined) return 0
  print.err(`sparring: ${problem}.`)
  return PROBLEMS
}

/** Formats for coverage alone. */
const WRITABLE = ['html', 'json', 'junit', 'ctrf', 'text']

const NO_ARCHIVE = (): { exchanges: []; left: number } => ({ exchanges: [], left: 0 })

/** A report on coverage without requests, so that nothing is judged. */
function reportOf(coverage: ReportedCoverage): Report {
  return {
    version: 1,
    sparring: packageVersion(),
    at: isoText(performance.timeOrigin + performance.now()),
    vendors: coverage.vendors.map(({ vendor }) => vendor),
    exchanges: { judged: 0, notJudged: 0 },
    failOn: 'error',
    answers: [],
    findings: [],
    coverage,
  }
}

function noFolder(folder: string): string {
  const other = notAFolder(folder)
  return other === undefined ? `There is no folder "${folder}".` : `"${folder}" ${other}, and report needs a folder.`
}

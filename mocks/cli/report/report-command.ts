import { coverageFiles, readCoverageFiles, writeCoverage } from '../../connect/coverage/coverage-files.ts'
import { coveredVendors } from '../../load/failures/covered-vendors.ts'
import { withRemedies } from '../../load/failures/remedies.ts'
import { isFolder, notAFolder } from '../../load/files/regular-file.ts'
import { createLibrary } from '../../load/library.ts'
import { coverageLines } from '../../report/coverage-lines.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { PROBLEMS } from '../exit-codes.ts'
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
  const files = given.flatMap(coverageFiles)
  if (files.length === 0) {
    print.err(
      `sparring: there is no coverage in ${given.join(', ')}. Run the tests with --coverage-dir, or with SPARRING_COVERAGE_DIR where they have mocks in their own process.`,
    )
    return PROBLEMS
  }
  const sum = readCoverageFiles(files)
  const library = createLibrary({ scenarios: folders(args) })
  const coverage = withRemedies(sum, library, coveredVendors(sum.vendors, library))
  const target = args.text('write')
  if (target !== undefined) writeCoverage(target, sum)
  if (args.on('json')) print.out(json(coverage))
  else for (const line of [`${count(files.length, 'file')} added up`, ...coverageLines(coverage)]) print.out(line)
  const problem = tooLittle(coverage)
  if (problem === undefined) return 0
  print.err(`sparring: ${problem}.`)
  return PROBLEMS
}

function noFolder(folder: string): string {
  const other = notAFolder(folder)
  return other === undefined ? `There is no folder "${folder}".` : `"${folder}" ${other}, and report needs a folder.`
}

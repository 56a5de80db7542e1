import { asString } from '../../spec/values/is-record.ts'
import { relative } from 'node:path'
import { isPath, urlAdvice } from '../../load/files/is-path.ts'
import { createLibrary, type Library } from '../../load/library.ts'
import { packageFile } from '../../load/files/package-root.ts'
import { asRecord } from '../../scenario/raw.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Problem } from '../../spec/problems/problem.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { checkScenario } from '../check/check-scenario.ts'
import { folders } from '../folders.ts'
import { count } from '../../spec/problems/count.ts'
import { json, type Print, printProblems } from '../print.ts'
import { vendorFinder } from './vendor-finder.ts'

interface Entry {
  readonly name: string
  readonly vendors: readonly string[]
  /** What it plays. */
  readonly title: string | null
  /** What a good client does. */
  readonly client: string | null
  readonly file: string
  /** Whether it is the project's own, not the package's. */
  readonly own: boolean
  readonly problems: readonly Problem[]
}

/** `sparring scenarios [VENDOR]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const library = createLibrary({ scenarios: folders(args) })
  const entries = list(library)
  const vendors = new Set([...library.vendorNames(), ...entries.flatMap((entry) => entry.vendors)])
  const [wanted] = args.words
  if (wanted !== undefined && !vendors.has(wanted)) {
    const isFile = isPath(wanted) || urlAdvice(wanted, '') !== undefined
    const remedy = isFile ? ' Give its name: scenarios are listed by vendor.' : didYouMean(wanted, vendors)
    throw new UsageError(`"${wanted}" is not a vendor.${remedy}`, 'scenarios')
  }
  const selected = entries.filter((entry) => wanted === undefined || entry.vendors.includes(wanted))
  if (args.on('json')) print.out(json({ scenarios: selected }))
  else printCatalogue(selected, print)
  return 0
}

function list(library: Library): Entry[] {
  const root = packageFile('scenarios')
  const names = library.vendorNames()
  const find = vendorFinder(library, [])
  const files = [...library.scenarioFiles()].sort(([left], [right]) => (left < right ? -1 : 1))
  return files.map(([name, file]) => {
    const { scenario, problems } = checkScenario(library, { name, file }, find, names)
    const raw = asRecord(library.read(file).data)
    return {
      name,
      vendors: [...scenario.parts.keys()],
      title: asString(raw['title']) ?? null,
      client: asString(raw['client']) ?? null,
      file: library.displayPath(file),
      own: relative(root, file).startsWith('..'),
      // A vendor of the project is known only if its document is given.
      problems: problems.filter(({ code }) => code !== 'unknown-vendor'),
    }
  })
}

function printCatalogue(entries: readonly Entry[], print: Print): void {
  const width = Math.max(0, ...entries.map((entry) => entry.name.length))
  const margin = ' '.repeat(width + 2)
  for (const entry of entries) {
    const mark = entry.own ? ` ${print.paint('cyan', `(your own: ${entry.file})`)}` : ''
    print.out(
      `${print.paint('bold', entry.name)}${' '.repeat(width - entry.name.length + 2)}${entry.title ?? 'a file without a title'}${mark}`,
    )
    if (entry.client !== null) print.out(`${margin}${print.paint('dim', `client: ${entry.client}`)}`)
    printProblems(entry.problems, print, margin)
  }
  const broken = entries.filter((entry) => entry.problems.some((problem) => problem.severity === 'error')).length
  print.out(
    `\n${count(entries.length, 'scenario')}${broken > 0 ? `, ${broken} that cannot be played` : ''}. Play one: sparring serve --scenario NAME`,
  )
}

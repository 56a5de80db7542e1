import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Library } from '../../../load/library.ts'
import { type Arguments, UsageError } from '../../arguments.ts'
import { columns, type Print } from '../../print.ts'
import { makeExample } from './example.ts'
import { readProject } from './project.ts'
import { writeStarter } from './templates.ts'

/** The default vendor: it has most of the features of vendors. */
const USUAL = 'seek'

/**
 * Writes a first test for the project's test runner.
 *
 * @throws {@link UsageError} for a vendor that is not part of the package, and for an existing file
 */
export async function writeFirstTest(args: Arguments, library: Library, print: Print): Promise<number> {
  const vendor = args.text('vendor') ?? USUAL
  const vendors = library.vendorNames().sort()
  if (!vendors.includes(vendor))
    throw new UsageError(
      `${args.source('vendor')} is "${vendor}" and must be one of ${vendors.join(', ')}. For an OpenAPI document of your own: sparring init FILE.`,
      'init',
    )
  const project = readProject(process.cwd())
  const { file: usual, text, run } = writeStarter(project, await makeExample(library, vendor))
  const file = args.text('out') ?? usual
  const path = resolve(file)
  if (existsSync(path))
    throw new UsageError(`${file} already exists, and was left unchanged. --out writes another.`, 'init')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { flag: 'wx' })
  print.out(`${print.paint('bold', file)} is a first test for ${project.runner}, with ${vendor} in the vendor's place.`)
  const installs = project.hasManifest && existsSync('node_modules/sparring') ? [] : [['npm i -D sparring', 'once']]
  const others = vendors.filter((name) => name !== vendor).join(', ')
  print.out(`\n${print.paint('bold', 'Next')}`)
  for (const line of columns([
    ...installs,
    [run.replace(usual, file), 'passes at once'],
    [`npx sparring scenarios ${vendor}`, 'bad days that the vendor has'],
    ['npx sparring init --vendor NAME', `the same with ${others}`],
    ['npx sparring init FILE', 'says how a vendor of your own behaves, from its OpenAPI document'],
  ]))
    print.out(`  ${line}`)
  return 0
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { isPath, urlAdvice } from '../../load/files/is-path.ts'
import { createLibrary } from '../../load/library.ts'
import { findOperations } from '../../load/operations.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { packVendor } from './pack.ts'
import { exportName, writeModule, WRITTEN } from './write-module.ts'
import { checkIsFile } from '../check/check-is-file.ts'
import { folders } from '../folders.ts'
import type { Print } from '../print.ts'

/** `sparring build FILE` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const [word] = args.words as [string]
  if (!isPath(word) && urlAdvice(word, '') === undefined) {
    throw new UsageError(
      `build writes documents of your own. A vendor of the package has its module: import it from sparring/browser/${word}.`,
      'build',
    )
  }
  const library = createLibrary({ scenarios: folders(args) })
  const vendor = library.vendor(word)
  const out = resolve(args.text('out') ?? `${vendor.name}.js`)
  if (!/\.m?js$/.test(out))
    throw new UsageError(`${args.source('out')} is "${args.text('out')}"; a module ends in .js.`, 'build')
  const types = out.replace(/js$/, 'd.ts').replace(/\.md\.ts$/, '.d.mts')
  for (const file of [out, types]) {
    checkIsFile(args.source('out'), file, 'build')
    refuseForeign(file, library.displayPath(file))
  }
  const packed = packVendor(library, vendor)
  const code = packed.operations && findOperations(resolve(vendor.file))
  const written = writeModule(packed, {
    library: 'sparring/browser',
    grammar: 'sparring/browser/grammar',
    operations: code === undefined ? undefined : importOf(dirname(out), code),
  })
  writeFileSync(out, written.js)
  writeFileSync(types, written.types)
  const count = Object.keys(packed.scenarios).length
  print.out(
    `${print.paint('bold', library.displayPath(out))} holds ${vendor.name}, with ${count} ${count === 1 ? 'scenario' : 'scenarios'}.`,
  )
  print.out(`import { ${exportName(vendor.name)} } from '${importOf(process.cwd(), out)}'`)
  return 0
}

function importOf(folder: string, file: string): string {
  const path = relative(folder, file).replaceAll('\\', '/')
  return path.startsWith('.') ? path : `./${path}`
}

function refuseForeign(file: string, display: string): void {
  if (!existsSync(file) || readFileSync(file, 'utf8').startsWith(WRITTEN)) return
  throw new UsageError(`${display} already exists, and build did not write it. --out writes another.`, 'build')
}

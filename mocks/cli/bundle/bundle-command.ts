import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { dump } from 'js-yaml'
import { createLibrary, type Library } from '../../load/library.ts'
import { count } from '../../spec/problems/count.ts'
import { InvalidFileError, type Problem } from '../../spec/problems/problem.ts'
import type { Source } from '../../spec/read/source.ts'
import { getPointer } from '../../spec/references/pointer.ts'
import { createResolver } from '../../spec/references/ref.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { checkIsFile } from '../check/check-is-file.ts'
import type { Print } from '../print.ts'
import { parseExactly } from '../../spec/values/exact-number.ts'

/** `sparring bundle FILE` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const [word] = args.words as [string]
  const library = createLibrary()
  const { source, files } = library.whole(word)
  const out = args.text('out')
  const target = out === undefined ? undefined : resolve(out)
  if (target !== undefined) {
    checkIsFile(args.source('out'), target, 'bundle')
    if ([word, ...files].some((file) => resolve(file) === target))
      throw new UsageError(`${out} is a file of the document itself. Write the whole document to another.`, 'bundle')
    if (existsSync(target) && !args.on('force'))
      throw new UsageError(`${out} already exists. --force overwrites it; --out writes another.`, 'bundle')
  }
  const problems = [...source.problems, ...leadingOut(source, library)]
  if (problems.length > 0) throw new InvalidFileError(`the document ${source.file}`, problems)
  // Copied so that no objects are shared: a YAML writer would make anchors of shared objects.
  const document = parseExactly(JSON.stringify(source.data)) as object
  const isJson = (target ?? word).endsWith('.json')
  const text = isJson ? JSON.stringify(document, undefined, 2) : dump(document, { lineWidth: 120 }).trimEnd()
  if (target === undefined) {
    print.out(text)
    return 0
  }
  writeFileSync(target, `${text}\n`)
  const others = files.length === 0 ? '' : ` and ${count(files.length, 'other file')}`
  print.out(`${print.paint('bold', library.displayPath(target))} holds ${source.file}${others}.`)
  return 0
}

/** References to other files that remain because those files cannot be read. */
function leadingOut(source: Source, { read }: Library): readonly Problem[] {
  const findings = createResolver(read).checkRefs(source)
  const isLocal = ({ pointer }: { readonly pointer: string }): boolean => {
    const ref = getPointer(source.data, pointer)
    return typeof ref !== 'string' || ref.startsWith('#')
  }
  return findings.filter((finding) => !isLocal(finding)).map(source.problem)
}

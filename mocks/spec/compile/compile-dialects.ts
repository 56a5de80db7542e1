import { type DialectFiles, isDate } from '../model/dialects.ts'
import type { Dialects } from '../model/vendor.ts'
import { notOneOf } from '../problems/nearest.ts'
import { constantOf, readsOf } from '../values/value.ts'
import { compileRefusal, type SpecCursor } from './context.ts'

/** Roots that may choose a dialect: the request and its sender. */
const ROOTS: ReadonlySet<string> = new Set(['request', 'account', 'credential', 'plan'])

/** Parts of a request that depend on the operation, which each dialect finds separately. */
const UNKNOWN = /^request\.(?:operation|path|body|input)/

/** Compiles `dialects:`; `find` finds their files beside the document. */
export function compileDialects(node: SpecCursor, find: (folder: string) => DialectFiles): Dialects | undefined {
  if (node.value === undefined) return undefined
  const files = find(node.at('folder').text() ?? 'dialects')
  const base = node.at('base').text() ?? 'base'
  const names = [base, ...files.names.filter((name) => name !== base)]
  const match = node.at('match').value === 'latest-not-after' ? 'latest-not-after' : 'exact'
  const chosen = node.at('default').text() ?? base
  checkDialectNames(node, files, { base, names, chosen })
  if (match === 'latest-not-after') {
    const undated = names.filter((name) => !isDate(name) && (name === base || /^\d/.test(name)))
    for (const name of undated) {
      const problem = `"${name}" is not a date, so it cannot be put in order with the others.`
      if (name === base)
        keyword(node, 'base').report('undated-dialect', problem, 'Give the document a date: base: 2026-07-01.')
      else keyword(node, 'match').report('undated-dialect', problem, 'Name its file by a date like 2026-07-01.')
    }
  }
  const written = node.at('select').list()
  for (const key of ['match', 'refuse'].filter((name) => node.has(name) && written.length === 0)) {
    const problem = `"${key}" handles a version that a request asks for, and "select" is missing.`
    node.at(key).report('no-select', problem, `Say where requests name it: select: ['{$request.header.Version}'].`)
  }
  const select = written.map(compileSelect)
  return {
    names,
    choices: match === 'exact' ? names : names.filter(isDate).sort(),
    base,
    default: names.includes(chosen) ? chosen : base,
    select,
    byCaller: select.some(({ early }) => !early),
    match,
    refuse: compileRefusal(node.at('refuse')),
    vendor: files.vendor,
  }
}

/** Where to report a mistake in a keyword: at the keyword, or at the map that lacks it. */
function keyword(node: SpecCursor, key: string): SpecCursor {
  return node.has(key) ? node.at(key) : node
}

function checkDialectNames(
  node: SpecCursor,
  files: DialectFiles,
  { base, names, chosen }: { readonly base: string; readonly names: readonly string[]; readonly chosen: string },
): void {
  const { folder } = files
  if (files.names.length === 0) {
    const problem = `There are no dialects in ${folder}.`
    keyword(node, 'folder').report(
      'no-dialects',
      problem,
      `Write each as an overlay there: ${folder}/<name>.overlay.yaml.`,
    )
  } else if (files.names.includes(base)) {
    const problem = `"${base}" is both the document itself and an overlay in ${folder}.`
    keyword(node, 'base').report('same-dialect', problem, 'Rename one of them.')
  } else if (!names.includes(chosen)) {
    const own = node.has('base') ? '' : `If the document itself is meant, write "base: ${chosen}".`
    keyword(node, 'default').report('unknown-dialect', notOneOf(chosen, 'a dialect', names), own)
  }
}

function compileSelect(entry: SpecCursor): Dialects['select'][number] {
  const value = entry.withRoots(ROOTS).compile()
  const written = JSON.stringify(entry.value)
  if (constantOf(value)) {
    const remedy = `Write what chooses, like '{$request.header.Version}'.`
    entry.report('bad-value', `${written} is the same for every request.`, remedy)
  }
  const reads = [...readsOf(value)]
  if (reads.some((read) => UNKNOWN.test(read))) {
    const problem = `${written} is not known yet when the dialect is chosen.`
    entry.report('bad-value', problem, 'Of the request, read header or query.')
  }
  return { value, label: String(entry.value), early: reads.every((read) => read.startsWith('request.')) }
}

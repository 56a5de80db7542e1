import { type Dialects, type DialectFiles, isDate } from '../model/dialects.ts'
import { didYouMean } from '../problems/nearest.ts'
import { compileValue, constantOf, readsOf } from '../values/value.ts'
import { type Context, list, record, refusalOf, textOf } from './context.ts'

/** What may choose a dialect: the request, and who sends it. */
const ROOTS: ReadonlySet<string> = new Set(['request', 'account', 'credential', 'plan'])

/** What only the operation tells, which each dialect has its own of. */
const UNKNOWN = /^request\.(?:operation|path|body|input)/

/** Compiles `dialects:`, whose variants were found beside the document. */
export function compileDialects(
  context: Context,
  raw: unknown,
  pointer: string,
  find: (folder: string) => DialectFiles,
): Dialects | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const say = (code: string, key: string, message: string): void =>
    context.report({ code, pointer: key in node ? `${pointer}/${key}` : pointer, message })
  const files = find(textOf(node['folder']) ?? 'dialects')
  const base = textOf(node['base']) ?? 'base'
  const names = [base, ...files.names.filter((name) => name !== base)]
  const match = node['match'] === 'latest-not-after' ? 'latest-not-after' : 'exact'
  const chosen = textOf(node['default']) ?? base

  if (files.names.length === 0) {
    const message = `There are no dialects in ${files.folder}. Write each as an overlay there: ${files.folder}/<name>.overlay.yaml.`
    say('no-dialects', 'folder', message)
  } else if (files.names.includes(base)) {
    const message = `"${base}" is both the document itself and an overlay in ${files.folder}. Name one of them otherwise.`
    say('same-dialect', 'base', message)
  } else if (!names.includes(chosen)) {
    const own = 'base' in node ? '' : ` If the document itself is meant, write "base: ${chosen}".`
    say('unknown-dialect', 'default', `"${chosen}" is not a dialect.${didYouMean(chosen, names)}${own}`)
  }
  if (match === 'latest-not-after') {
    for (const name of names.filter((entry) => !isDate(entry) && (entry === base || /^\d/.test(entry)))) {
      const what =
        name === base ? 'Give the document a date: base: 2026-07-01.' : 'Name its file by a date like 2026-07-01.'
      say(
        'undated-dialect',
        name === base ? 'base' : 'match',
        `"${name}" is no date, so it is neither before nor after the others. ${what}`,
      )
    }
  }
  const written = list(node['select'])
  for (const key of ['match', 'refuse'].filter((name) => name in node && written.length === 0))
    say(
      'no-select',
      key,
      `"${key}" says what becomes of what a request asks for. Say where: select: ['{$request.header.Version}'].`,
    )
  const select = written.map((entry, index) => {
    const at = `${pointer}/select/${index}`
    const value = compileValue(entry, at, { ...context, roots: ROOTS })
    if (constantOf(value)) {
      const message = `${JSON.stringify(entry)} is the same for every request. Write what chooses, like '{$request.header.Version}'.`
      context.report({ code: 'bad-value', pointer: at, message })
    }
    const reads = [...readsOf(value)]
    if (reads.some((read) => UNKNOWN.test(read))) {
      const message = `${JSON.stringify(entry)} is not known yet when the dialect is chosen. Of the request, read header or query.`
      context.report({ code: 'bad-value', pointer: at, message })
    }
    return { value, label: String(entry), early: reads.every((read) => read.startsWith('request.')) }
  })
  return {
    names,
    choices: match === 'exact' ? names : names.filter(isDate).sort(),
    base,
    default: names.includes(chosen) ? chosen : base,
    select,
    byCaller: select.some(({ early }) => !early),
    match,
    refuse: refusalOf(context, node['refuse'], `${pointer}/refuse`),
    vendor: files.vendor,
  }
}

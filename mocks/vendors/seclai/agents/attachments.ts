/* Vendor code because the templates of a workflow say which files its runs have to bring. */
import { isRecord, type Item, listOf } from '../../kit.ts'

/** Files that templates refer to: by name, by position, or by a pattern. */
const SELECTOR = /\{\{ {0,9}attachments\[([^\]{}\n]{1,255})\]/g

/** What a workflow requires of a run's files. */
export function uploadsOf(definition: unknown): Item {
  const selectors = [
    ...new Set(textsIn(definition).flatMap((text) => [...text.matchAll(SELECTOR)].map(([, name]) => unquoted(name!)))),
  ]
  const indexes = selectors.filter((selector) => /^\d+$/.test(selector)).map(Number)
  const patterns = selectors.filter((selector) => /[*?]/.test(selector))
  const exact_names = selectors.filter((selector) => !/^\d+$|[*?]/.test(selector))
  const indexes_max = indexes.length === 0 ? null : Math.max(...indexes)
  return { requires_uploads: selectors.length > 0, agent: { exact_names, indexes_max, kinds: [], patterns } }
}

function unquoted(selector: string): string {
  return selector.trim().replaceAll(/^["']|["']$/g, '')
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : []
}

/** Explains which required files are missing; undefined where none are. */
export function missingFiles(agent: Item | undefined, names: readonly string[]): string | undefined {
  const wanted = agent?.['agent']
  if (agent?.['requires_uploads'] !== true || !isRecord(wanted)) return undefined
  const { indexes_max: last } = wanted
  const least = typeof last === 'number' ? last + 1 : 0
  const unmet = [
    ...listOf(wanted, 'exact_names').filter((name) => !names.includes(name)),
    ...(names.length < least ? [`${least} ${least === 1 ? 'file' : 'files'}`] : []),
    ...listOf(wanted, 'patterns').filter((pattern) => !names.some((name) => isMatch(pattern, name))),
  ]
  return unmet.length === 0 ? undefined : unmet.join(', ')
}

/**
 * Whether a name matches a pattern with stars and question marks; backtracks only to the last star, so it is never
 * slow.
 */
function isMatch(pattern: string, name: string): boolean {
  let [at, star, resume] = [0, -1, 0]
  for (let index = 0; index < name.length;) {
    if (pattern[at] === '*') {
      star = at++
      resume = index
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at++
      index++
    } else if (star === -1) return false
    else {
      at = star + 1
      index = ++resume
    }
  }
  return /^\**$/.test(pattern.slice(at))
}

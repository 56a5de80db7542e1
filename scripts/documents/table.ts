import type { Measure } from './request.ts'
import type { Outcome, Result, Row } from './measure.ts'

const OUTCOMES: readonly Outcome[] = ['valid', 'invalid', 'error', 'refused', 'impossible']
const MEASURES: readonly Measure[] = ['required', 'all']

/** One line per document: results of minimal requests, and after a slash those of full requests. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ document, loaded, results }) => line(document, `${loaded} ms`, results))
  const total = line(
    'all',
    '',
    rows.flatMap(({ results }) => results),
  )
  return [['document', 'loaded', 'operations', ...OUTCOMES], ...lines, total].map(row).join('\n')
}

function line(name: string, loaded: string, results: readonly Result[]): string[] {
  const counts = OUTCOMES.map((outcome) =>
    MEASURES.map((measure) => results.filter((one) => one.measure === measure && one.outcome === outcome).length).join(
      '/',
    ),
  )
  return [name, loaded, String(results.length / MEASURES.length), ...counts]
}

function row([name = '', ...cells]: readonly string[]): string {
  return `${name.padEnd(44)}${cells.map((cell) => cell.padStart(12)).join('')}`
}

/** A line for each request that was not answered as documented. */
export function reasonsOf(rows: readonly Row[]): string {
  return rows
    .flatMap(({ document, results }) =>
      results
        .filter(({ outcome }) => outcome !== 'valid')
        .map(
          ({ operation, measure, outcome, reason }) =>
            `${document}: ${outcome}: ${operation} (${measure}): ${String(reason).replaceAll(/\s+/g, ' ')}`,
        ),
    )
    .join('\n')
}

/**
 * Finds results below a floor.
 *
 * @param floors - percentage of operations with valid answers to minimal requests, and to full ones
 */
export function below(rows: readonly Row[], floors: readonly number[]): string[] {
  const all = rows.flatMap(({ results }) => results)
  return MEASURES.flatMap((measure, index) => {
    const asked = all.filter((one) => one.measure === measure && one.outcome !== 'impossible')
    const share = (100 * asked.filter(({ outcome }) => outcome === 'valid').length) / Math.max(1, asked.length)
    const floor = floors[index] ?? 0
    return share < floor ? [`Only ${share.toFixed(2)} % are valid where ${floor} % must be: ${measure}.`] : []
  })
}

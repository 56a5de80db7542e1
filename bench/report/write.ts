import type { Judged } from '../cases/case.ts'
import type { Machine } from '../measure/machine.ts'
import type { Outcome, OutcomeSide, Results } from './outcome.ts'

/** A figure as people read it: three digits that count, or all before the point. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '?'
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}

/** How far the rounds of one side lie apart, in parts of their median. */
export function spreadOf({ median, min, max }: OutcomeSide): string {
  if (median === undefined || min === undefined || max === undefined || min === max) return ''
  return `±${Math.round(((max - min) / 2 / median) * 100)} %`
}

/** What a target asks for: `at least 0.9 × bare`. */
export function describeTarget({ side, against, least, most }: Judged, unit: string): string {
  const bound = least === undefined ? `at most ${most}` : `at least ${least}`
  const whose = side === undefined ? '' : `${side}: `
  return whose + bound + (against === undefined ? ` ${unit}` : ` × ${against}`)
}

/** `0.91 (90 %: 0.90 to 0.92), 0.93 by processor`: the second is what other processes on the machine hardly change. */
export function describeValue({ value, interval, ofProcessor }: Judged): string {
  if (value === undefined) return ''
  if (!interval) return figure(value)
  const range = Number.isFinite(interval.to) ? ` (90 %: ${interval.from.toFixed(2)} to ${interval.to.toFixed(2)})` : ''
  return `${value.toFixed(2)}${range}${ofProcessor ? `, ${ofProcessor.ratio.toFixed(2)} by processor` : ''}`
}

/** The lines of one case for a terminal. */
export function terminalLines({ name, title, unit, sides, targets, notes, failed }: Outcome): string[] {
  return [
    `${name}: ${title}`,
    ...(failed === undefined ? [] : [`  not measured: ${failed}`]),
    ...sides.map((side) => {
      if (side.skipped !== undefined) return `  ${side.name.padEnd(16)} skipped: ${side.skipped}`
      const processor = side.processor === undefined ? '' : `  ${figure(side.processor)} µs of the processor`
      return `  ${side.name.padEnd(16)} ${figure(side.median!).padStart(8)} ${unit} ${spreadOf(side).padEnd(6)}${processor}`
    }),
    ...targets.map((target) => `  ${target.verdict}: ${describeTarget(target, unit)}: ${describeValue(target)}`),
    ...notes.map((note) => `  ${note}`),
  ]
}

/** The run as a page. */
export function markdown({ machine, generator, rounds, duration, peers, cases }: Results): string {
  const targets = cases.flatMap(({ name, title, unit, targets: own }) =>
    own.map((target) => [
      `[\`${name}\`](#${name})`,
      title,
      describeTarget(target, unit),
      describeValue(target),
      target.verdict,
    ]),
  )
  const lines = [
    '# Results of the bench',
    '',
    'Written by `npm run bench`; what the figures mean is in [docs/performance.md](../docs/performance.md).',
    '',
    ...machineLines(machine, generator),
    `- medians of ${rounds} rounds of ${duration / 1000} s, sides by turns; ± is half of what the rounds lie apart`,
    '',
    '## Targets',
    '',
    ...tableLines([['case', 'what', 'target', 'measured', ''], ['---', '---', '---', '---', '---'], ...targets]),
    ...cases.flatMap((outcome) => ['', ...caseLines(outcome, peers)]),
  ]
  return `${lines.join('\n')}\n`
}

function machineLines(machine: Machine, generator: string): string[] {
  const shared = machine.load > machine.cores / 2 ? '; a shared machine, so trust ratios and not figures' : ''
  return [
    `- ${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB; ${machine.system}; Node ${machine.node}`,
    `- commit ${machine.commit}, ${machine.at.replace('T', ' ')} UTC; load ${machine.load} at the start${shared}`,
    `- load from ${generator}`,
  ]
}

function caseLines({ name, title, unit, sides, notes, failed }: Outcome, peers: Results['peers']): string[] {
  const isTimed = sides.some(({ processor }) => processor !== undefined)
  const rows = sides.map((side): readonly string[] => {
    const version = peers[side.name]
    const label = version === undefined ? side.name : `${side.name} ${version}`
    const how = side.how ?? ''
    const skipped = side.skipped && `skipped: ${side.skipped.replaceAll('|', '\\|')}`
    const processor = side.processor === undefined ? '' : figure(side.processor)
    return [label, skipped ?? figure(side.median!), spreadOf(side), ...(isTimed ? [processor] : []), how]
  })
  const head = ['side', unit, 'spread', ...(isTimed ? ['µs of processor'] : []), 'how']
  return [
    `## ${name}`,
    '',
    `${title}.`,
    ...(failed === undefined ? [] : ['', `Not measured: ${failed}`]),
    ...(rows.length === 0 ? [] : ['', ...tableLines([head, head.map(() => '---'), ...rows])]),
    ...(notes.length === 0 ? [] : ['', notes.join(' ')]),
  ]
}

function tableLines(cells: ReadonlyArray<readonly string[]>): string[] {
  return cells.map((row) => `| ${row.join(' | ')} |`)
}

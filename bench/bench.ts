import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import type { Bench, Case } from './cases/case.ts'
import { cases } from './cases/cases.ts'
import { generator } from './load/generate.ts'
import { isHopeless, isNoisy } from './measure/judge-target.ts'
import { describeMachine, pinnedVersions } from './measure/machine.ts'
import { peers } from './peers/peers.ts'
import { failedOutcome, type Outcome, outcomeOf, type Results } from './report/outcome.ts'
import { describeTarget, describeValue, markdown, terminalLines } from './report/write.ts'

/**
 * What requests, starts and memory cost, beside other tools that do the same work.
 *
 *     npm run bench                       # all but the long ones, in some ten minutes
 *     npm run bench -- get post poll      # these
 *     npm run bench -- --all              # the long ones too
 *     npm run bench -- --quick            # the gate of CI, in a minute
 *
 * Only a run of all writes `bench/results.md` and `bench/results.json`.
 */
const HELP = `npm run bench -- [CASE …] [--all] [--quick] [--rounds N] [--seconds N] [--json]

${cases.map(({ name, title, run }) => `  ${name.padEnd(10)} ${title}${run === 'long' ? ' (long)' : ''}`).join('\n')}`

const { values, positionals } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
  allowPositionals: true,
})
const unknown = positionals.filter((name) => !cases.some((one) => one.name === name))
if (values.help || unknown.length > 0) {
  const wrong = unknown.length > 0 ? `"${unknown.join('", "')}" is no case.\n\n` : ''
  process.stderr.write(`${wrong}${HELP}\n`)
  process.exit(unknown.length > 0 ? 2 : 0)
}

const began = performance.now()
const machine = describeMachine()
const bench: Bench = {
  rounds: countOf(values.rounds, 5),
  duration: countOf(values.seconds, 1) * 1000,
  isQuick: values.quick,
  progress: (line) => void process.stderr.write(`  ${Math.round((performance.now() - began) / 1000)} s  ${line}\n`),
}
const chosen = cases.filter(isChosen)
const outcomes: Outcome[] = []
for (const one of chosen) {
  process.stderr.write(`${one.name}: ${one.title}\n`)
  const outcome = await measured(one)
  outcomes.push(outcome)
  process.stderr.write(`${terminalLines(outcome).slice(1).join('\n')}\n\n`)
}

const results: Results = {
  machine,
  generator,
  rounds: bench.rounds,
  duration: bench.duration,
  peers: versions(),
  cases: outcomes,
}
if (values.json) console.log(JSON.stringify(results, undefined, 2))
else console.log(summaryLines(outcomes).join('\n'))
if (positionals.length === 0 && !values.quick) {
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  writeFileSync(join(import.meta.dirname, 'results.md'), markdown(results))
  process.stderr.write('Written: bench/results.md, bench/results.json\n')
}
if (values.quick) judgeGate(outcomes)

function isChosen({ name, run }: Case): boolean {
  if (positionals.length > 0) return positionals.includes(name)
  if (values.quick) return run === 'quick'
  return values.all || run !== 'long'
}

async function measured(one: Case): Promise<Outcome> {
  try {
    return outcomeOf(one, await one.measure(bench))
  } catch (error) {
    // What one case cannot do is no reason to lose the others.
    return failedOutcome(one, (error as Error).message.split('\n')[0]!)
  }
}

/** Versions of the peers by the names of their sides. */
function versions(): Results['peers'] {
  const pinned = pinnedVersions()
  return Object.fromEntries(
    peers.flatMap(({ name, package: from }) => (from === undefined ? [] : [[name, pinned[from] ?? '']])),
  )
}

function summaryLines(all: readonly Outcome[]): string[] {
  return all.flatMap(({ name, unit, targets }) =>
    targets.map(
      (target) =>
        `${name.padEnd(10)} ${target.verdict.padEnd(19)} ${describeTarget(target, unit).padEnd(44)} ${describeValue(target)}`,
    ),
  )
}

/** A gate fails only where a ratio is below half of its target, and neither chance nor a busy machine is an excuse for it. */
function judgeGate(all: readonly Outcome[]): void {
  const slow: string[] = []
  for (const { name, unit, targets, sides, failed } of all) {
    if (failed !== undefined) {
      console.error(`${name} could not be measured: ${failed}`)
      process.exitCode = 1
    }
    const hopeless = targets.filter(isHopeless)
    if (hopeless.length > 0 && sides.some(isNoisy)) {
      console.error(
        `${name} is not judged: the rounds of one side lie too far apart, so the machine is busy with other things.`,
      )
      continue
    }
    for (const target of hopeless)
      slow.push(`${name}: ${describeValue(target)}, and the target is ${describeTarget(target, unit)}`)
  }
  if (slow.length === 0) return
  console.error(`Not even half as good as it should be. ${slow.join('; ')}.`)
  process.exitCode = 1
}

/** @throws Error for what is no count */
function countOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new Error(`"${text}" must be a whole number of at least 1.`)
}

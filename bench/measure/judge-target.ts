import type { Judged, Measured, Side, Target } from '../cases/case.ts'
import { median, ratioOf } from './stats.ts'

/** Holds what was measured against a target, which is met where the interval reaches it. */
export function judgeTarget(target: Target, { sides }: Measured): Judged {
  const own = samplesOf(sides, target.side ?? 'sparring')
  if (!own) return { ...target, verdict: 'not measured' }
  if (target.against === undefined) {
    const value = median(own.samples)
    return { ...target, value, verdict: isReached(target, value) ? 'met' : 'missed' }
  }
  const other = samplesOf(sides, target.against)
  if (!other) return { ...target, verdict: 'not measured' }
  const interval = ratioOf(own.samples, other.samples)
  const ofProcessor =
    own.processor && other.processor
      ? target.least === undefined
        ? ratioOf(own.processor, other.processor)
        : ratioOf(other.processor, own.processor)
      : undefined
  const value = interval.ratio
  // A single round has no interval.
  const isNear =
    Number.isFinite(interval.to) && isReached(target, target.least === undefined ? interval.from : interval.to)
  return {
    ...target,
    value,
    interval,
    ...(ofProcessor && { ofProcessor }),
    verdict: isReached(target, value) ? 'met' : isNear ? 'met by the interval' : 'missed',
  }
}

/**
 * Whether a gate stops here: the ratio is not even half of its target, and this is no chance, neither by the clock nor by
 * the processor's time. Figures without a ratio depend on the machine, and stop nothing.
 */
export function isHopeless({ least, most, interval, ofProcessor }: Judged): boolean {
  const ratios = [interval, ofProcessor].filter((ratio) => ratio !== undefined)
  if (ratios.length === 0) return false
  if (least !== undefined) return ratios.every(({ to }) => to < least / 2)
  return most !== undefined && ratios.every(({ from }) => from > most * 2)
}

/** Rounds of one side that lie further apart than this, in parts of their median, were not measured on a quiet machine. */
const APART = 0.5

/** Whether the machine had so much else to do that nothing can be said of a side. */
export function isNoisy({ samples }: Pick<Side, 'samples'>): boolean {
  return samples.length > 1 && (Math.max(...samples) - Math.min(...samples)) / median(samples) > APART
}

function samplesOf(sides: readonly Side[], name: string): Side | undefined {
  const side = sides.find((one) => one.name === name)
  return side && side.samples.length > 0 ? side : undefined
}

function isReached({ least, most }: Target, value: number): boolean {
  return (least === undefined || value >= least) && (most === undefined || value <= most)
}

import type { Coverage } from '../../verdict/coverage/coverage.ts'
import type { Arguments } from '../arguments.ts'

/**
 * Why a coverage is too little for `--coverage-min`; undefined where it is enough, or nothing was asked for.
 *
 * @throws {@link UsageError} for what is no number from 0 to 100
 */
export function belowMinimum(args: Arguments): (coverage: Coverage) => string | undefined {
  const least = args.number('coverage-min', { min: 0, max: 100 })
  return ({ met, counted, percent }) => {
    if (least === undefined) return undefined
    if (counted === 0) return `no operation was called, so no answer was met, and ${least} % were asked for`
    // Not by the rounded number: 79.96 % are not 80.
    return met * 100 >= least * counted
      ? undefined
      : `${met} of ${counted} answers were met (${percent} %), and ${least} % were asked for`
  }
}

import type { Coverage } from '../../verdict/coverage/coverage.ts'
import type { Arguments } from '../arguments.ts'

/**
 * Why a coverage is below `--coverage-min`; undefined if it is high enough, or without the option.
 *
 * @throws {@link UsageError} unless the value is a number from 0 to 100
 */
export function belowMinimum(args: Arguments): (coverage: Coverage) => string | undefined {
  const least = args.number('coverage-min', { min: 0, max: 100 })
  return ({ met, counted, percent }) => {
    if (least === undefined) return undefined
    if (counted === 0) return `no operation was called, so no answer was met, and ${least} % were asked for`
    // Not compared with the rounded percentage: 79.96 % is less than 80.
    return met * 100 >= least * counted
      ? undefined
      : `${met} of ${counted} answers were met (${percent} %), and ${least} % were asked for`
  }
}

import type { Ratio } from '../measure/stats.ts'

/** One thing that is measured, of one or several sides: `sparring`, `bare`, a peer. */
export interface Case {
  readonly name: string
  readonly title: string
  /** What the figures of its sides are. */
  readonly unit: 'req/s' | 'ms' | 'µs' | 'MB' | 'bytes' | 's'
  /** In one run with others: `quick` ones are the gate of CI, `long` ones run by name or with `--all`. */
  readonly run: 'quick' | 'usual' | 'long'
  readonly targets: readonly Target[]
  readonly measure: (bench: Bench) => Promise<Measured>
}

/** What a figure should come to, as a ratio to another side's or, without one, by itself. */
export interface Target {
  /** Default: `sparring`. */
  readonly side?: string
  readonly against?: string
  /** The figure, or its ratio, is to be so much or more. */
  readonly least?: number
  /** The figure, or its ratio, is to be so much or less. */
  readonly most?: number
}

/** How a run is made. */
export interface Bench {
  readonly rounds: number
  /** ms of one round. */
  readonly duration: number
  /** Whether only what a gate needs is measured: no peers. */
  readonly isQuick: boolean
  readonly progress: (line: string) => void
}

/** What a case came to. */
export interface Measured {
  readonly sides: readonly Side[]
  readonly notes?: readonly string[]
}

export interface Side {
  readonly name: string
  /** How it comes to its answers. */
  readonly how?: string
  /** One figure a round; rounds of the same number were run one after the other. Empty where it was skipped. */
  readonly samples: readonly number[]
  /** µs of the server's own processor time a request, one figure a round: what others on the machine hardly lengthen. */
  readonly processor?: readonly number[]
  readonly skipped?: string
}

export type Verdict = 'met' | 'met by the interval' | 'missed' | 'not measured'

/** A target with what was measured for it. */
export interface Judged extends Target {
  readonly verdict: Verdict
  /** The figure or the ratio. */
  readonly value?: number
  readonly interval?: Ratio
  /** The same ratio in processor time, turned so that more is better or worse as it is for the figure. */
  readonly ofProcessor?: Ratio
}

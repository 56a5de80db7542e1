export const STAGES = [
  'authenticate',
  'limit',
  'authorize',
  'route',
  'resolve',
  'parse',
  'validate',
  'guard',
  'charge',
] as const
export type Stage = (typeof STAGES)[number]

/** A stage as a bit, to keep several in one number. */
export function bitOf(stage: Stage): number {
  return 1 << STAGES.indexOf(stage)
}

/** One entry of the vendor's order: a stage, or one part of it (`limit:ip`). */
export interface StageName {
  readonly stage: Stage
  /** The parts this entry covers; undefined for stages without parts. */
  readonly parts?: readonly string[] | undefined
  /** As written: `limit:ip`. */
  readonly label: string
}

/** The stages of one operation in the vendor's order, without those that do nothing there. */
export interface Stages {
  /** The stages before the first that needs the body. */
  readonly admit: Half
  /** The rest, from `parse`. */
  readonly act: Half
}

export interface Half {
  readonly entries: readonly StageEntry[]
  /** All stages that a completed exchange has passed, as bits, including skipped ones. */
  readonly reached: number
}

export interface StageEntry {
  readonly stage: Stage
  /** Parts of the stage that concern the operation; empty for stages without parts. */
  readonly parts: readonly string[]
  /** All stages passed up to this one, as bits, including skipped ones. */
  readonly reached: number
}

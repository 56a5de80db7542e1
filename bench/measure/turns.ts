/** Sides in the order of a round: every other round goes the other way, so that other load on the machine slows all alike. */
export function inTurn<Side>(sides: readonly Side[], round: number): readonly Side[] {
  return round % 2 === 0 ? sides : sides.toReversed()
}

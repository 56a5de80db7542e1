import type { Expression } from './regexp-tree.ts'

/** Up to this many bounded repetitions are treated as constant. */
const FEW = 10

/**
 * The exponent by which JavaScript's matching time may grow with the length of a text. Infinity means exponential
 * growth, as for `^(a+)+$`.
 */
export function effortOf(expression: Expression): number {
  const effort = ways(expression)
  // Without `^`, the engine tries a match from each character on.
  return effort > 0 && !beginsAtStart(expression) ? effort + 1 : effort
}

function ways(expression: Expression): number {
  switch (expression.kind) {
    case 'all':
      return expression.parts.reduce((sum, part) => sum + ways(part), 0)
    case 'either':
      return Math.max(...expression.parts.map(ways))
    case 'repeat': {
      const { part, min, max } = expression
      if (max <= FEW) return max * ways(part)
      if (isAmbiguous(part)) return Infinity
      return min === max ? 0 : 1
    }
    case 'group':
    case 'look':
      return ways(expression.part)
    default:
      return 0
  }
}

/** Whether a text may match in several ways or at several lengths, so that a repetition of it is ambiguous. */
function isAmbiguous(expression: Expression): boolean {
  switch (expression.kind) {
    case 'all':
      return expression.parts.some(isAmbiguous)
    case 'either':
      return true
    case 'repeat':
      return expression.min !== expression.max || isAmbiguous(expression.part)
    case 'group':
    case 'look':
      return isAmbiguous(expression.part)
    case 'same':
      return true
    default:
      return false
  }
}

/** Whether a match can begin only at the start of the text. */
export function beginsAtStart(expression: Expression): boolean {
  switch (expression.kind) {
    case 'edge':
      return expression.text === '^'
    case 'all':
      return expression.parts[0] !== undefined && beginsAtStart(expression.parts[0])
    case 'either':
      return expression.parts.every(beginsAtStart)
    case 'group':
      return beginsAtStart(expression.part)
    default:
      return false
  }
}

/** Whether the expression has backreferences, which no automaton can match. */
export function refersBack(expression: Expression): boolean {
  switch (expression.kind) {
    case 'all':
    case 'either':
      return expression.parts.some(refersBack)
    case 'repeat':
    case 'group':
    case 'look':
      return refersBack(expression.part)
    default:
      return expression.kind === 'same'
  }
}

import type { Expression } from './regexp-tree.ts'

/** Repetitions of which so few may follow each other that their number does not matter. */
const FEW = 10

/**
 * How the steps that JavaScript takes for a text may grow with its length: as its power by this number. Infinity stands for
 * growth without such a bound, as that of `^(a+)+$`.
 */
export function effortOf(expression: Expression): number {
  const effort = ways(expression)
  // Without a `^` a match is looked for from each character on.
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

/** Whether a text may fit in several ways, or several lengths of it: what is repeated then may be divided in many ways. */
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

/** Whether a match can only begin where the text does. */
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

/** Whether it asks for a text that stood before: no automaton can judge that. */
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

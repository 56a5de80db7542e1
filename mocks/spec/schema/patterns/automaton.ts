import { beginsAtStart } from './effort.ts'
import type { Edge, Expression } from './regexp-tree.ts'

/** One instruction; zero-width ones are followed immediately. */
type Step =
  | { readonly kind: 'set'; readonly has: (code: number) => boolean }
  | { readonly kind: 'fork'; to: readonly number[] }
  | { readonly kind: 'edge'; readonly text: Edge }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'end' }

interface Look {
  readonly steps: readonly Step[]
  readonly isBehind: boolean
  readonly isNegated: boolean
}

/** More steps than any realistic pattern needs. */
const MOST_STEPS = 100_000
/** Steps times characters: about two seconds. */
const MOST_WORK = 10_000_000

/**
 * Creates a matcher that follows all paths through an expression at once (Thompson 1968), so its time is linear in the
 * text and in the expression. It is slower than JavaScript's engine where that need not backtrack.
 *
 * @param isUnicode - whether the expression has the `u` flag
 * @returns undefined for an expression that repeats too much
 */
export function createAutomaton(expression: Expression, isUnicode: boolean): ((text: string) => boolean) | undefined {
  const sets = new Map<string, (code: number) => boolean>()
  const setOf = (text: string): ((code: number) => boolean) => {
    let has = sets.get(text)
    if (!has) sets.set(text, (has = membersOf(text, isUnicode)))
    return has
  }
  const steps = compile(expression, false, setOf)
  if (!steps) return undefined
  const isAnchored = beginsAtStart(expression)
  return (text) => {
    const codes = codesOf(text, isUnicode)
    if (codes.length * steps.length > MOST_WORK) throw new RangeError('the text is too long for its pattern')
    const looked = new Map<Look, Uint8Array>()
    return run(steps, { codes, isBackwards: false, isAnchored, looked }, () => true)
  }
}

function membersOf(text: string, isUnicode: boolean): (code: number) => boolean {
  const one = new RegExp(`^(?:${text})$`, isUnicode ? 'u' : '')
  const judge = (code: number): boolean => one.test(String.fromCodePoint(code))
  const common = Array.from({ length: 128 }, (_, code) => judge(code))
  return (code) => common[code] ?? judge(code)
}

function codesOf(text: string, isUnicode: boolean): Uint32Array {
  const codes = new Uint32Array(text.length)
  let count = 0
  for (let index = 0; index < text.length; index++) {
    const code = isUnicode ? text.codePointAt(index)! : text.charCodeAt(index)
    codes[count++] = code
    if (code > 0xff_ff) index++
  }
  return codes.subarray(0, count)
}

/** @param isBackwards - whether the steps run from the end of a text to its start */
function compile(
  whole: Expression,
  isBackwards: boolean,
  setOf: (text: string) => (code: number) => boolean,
): readonly Step[] | undefined {
  const steps: Step[] = []
  let isTooLarge = false
  const fork = (): { kind: 'fork'; to: readonly number[] } => {
    const step = { kind: 'fork' as const, to: [] as readonly number[] }
    steps.push(step)
    return step
  }
  const add = (expression: Expression): void => {
    isTooLarge ||= steps.length > MOST_STEPS
    if (isTooLarge) return
    switch (expression.kind) {
      case 'set':
        steps.push({ kind: 'set', has: setOf(expression.text) })
        break
      case 'all':
        for (const part of isBackwards ? expression.parts.toReversed() : expression.parts) add(part)
        break
      case 'either': {
        const first = fork()
        const ends = expression.parts.map((part) => {
          first.to = [...first.to, steps.length]
          add(part)
          return fork()
        })
        for (const end of ends) end.to = [steps.length]
        break
      }
      case 'repeat':
        repeat(expression)
        break
      case 'group':
        add(expression.part)
        break
      case 'edge':
        steps.push({ kind: 'edge', text: expression.text })
        break
      case 'look': {
        // Lookaheads are matched from the end of the text: one pass answers for all positions.
        const { part, isBehind, isNegated } = expression
        const inner = compile(part, !isBehind, setOf)
        if (inner) steps.push({ kind: 'look', look: { steps: inner, isBehind, isNegated } })
        else isTooLarge = true
        break
      }
      case 'same':
        isTooLarge = true
    }
  }
  const repeat = ({ part, min, max }: Expression & { kind: 'repeat' }): void => {
    for (let count = 0; count < min && !isTooLarge; count++) add(part)
    if (max === Infinity) {
      const start = steps.length
      const first = fork()
      add(part)
      fork().to = [start]
      first.to = [start + 1, steps.length]
      return
    }
    const forks: Array<{ to: readonly number[] }> = []
    for (let count = min; count < max && !isTooLarge; count++) {
      const first = fork()
      first.to = [steps.length]
      forks.push(first)
      add(part)
    }
    for (const each of forks) each.to = [...each.to, steps.length]
  }
  add(whole)
  steps.push({ kind: 'end' })
  return isTooLarge ? undefined : steps
}

interface Reading {
  readonly codes: Uint32Array
  readonly isBackwards: boolean
  /** Whether a match must begin at the start of the text. */
  readonly isAnchored: boolean
  /** The result of each lookaround at each position of the text. */
  readonly looked: Map<Look, Uint8Array>
}

/** Runs the steps over a text; calls `found` at each position where a match ends, until it returns true. */
function run(steps: readonly Step[], reading: Reading, found: (place: number) => boolean): boolean {
  const { codes, isBackwards, isAnchored } = reading
  const visited = new Uint32Array(steps.length)
  let reached: number[] = [0]
  let next: number[] = []
  for (let count = 0; count <= codes.length; count++) {
    const place = isBackwards ? codes.length - count : count
    const code = codes[isBackwards ? place - 1 : place]
    for (let top = reached.pop(); top !== undefined; top = reached.pop()) {
      if (visited[top] === count + 1) continue
      visited[top] = count + 1
      const step = steps[top]!
      if (step.kind === 'set') {
        if (code !== undefined && step.has(code)) next.push(top + 1)
      } else if (step.kind === 'fork') {
        for (const to of step.to) reached.push(to)
      } else if (step.kind === 'end') {
        if (found(place)) return true
      } else if (holds(step, place, reading)) reached.push(top + 1)
    }
    if (!isAnchored) next.push(0)
    else if (next.length === 0) return false
    ;[reached, next] = [next, reached]
  }
  return false
}

function holds(step: Step & { kind: 'edge' | 'look' }, place: number, { codes, looked }: Reading): boolean {
  if (step.kind === 'edge') return isEdge(step.text, codes, place)
  const { look } = step
  let seen = looked.get(look)
  if (!seen) {
    const places = new Uint8Array(codes.length + 1)
    run(look.steps, { codes, isBackwards: !look.isBehind, isAnchored: false, looked }, (at) => {
      places[at] = 1
      return false
    })
    looked.set(look, (seen = places))
  }
  return (seen[place] === 1) !== look.isNegated
}

function isEdge(text: Edge, codes: Uint32Array, place: number): boolean {
  if (text === '^') return place === 0
  if (text === '$') return place === codes.length
  return (isWord(codes[place - 1]) !== isWord(codes[place])) === (text === '\\b')
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && code < 128 && /\w/.test(String.fromCharCode(code))
}

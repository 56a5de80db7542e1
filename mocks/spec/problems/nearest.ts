/**
 * Finds the candidate that a misspelt name most likely meant: by edits (swapped letters count once), forgiving case and
 * separators, and by a shared beginning or containment. `undefined` when none is near.
 *
 * @example
 * nearest('outofcredits', ['happy-path', 'out-of-credits']) //=> 'out-of-credits'
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name)
  let best: string | undefined
  let bestScore = Infinity
  for (const candidate of candidates) {
    if (candidate === name) return candidate
    const score = distance(wanted, plain(candidate), name, candidate)
    if (score < bestScore) {
      best = candidate
      bestScore = score
    }
  }
  return best
}

/**
 * The end of a message about a misspelt name: the nearest candidate; all of them when they are few and none is near;
 * else nothing. Begins with a space when not empty.
 *
 * @example
 * `"limts" is not a keyword of x-mock.${didYouMean('limts', ['limits', 'plans'])}`
 * //=> '"limts" is not a keyword of x-mock. Did you mean "limits"?'
 */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const known = [...candidates]
  const near = nearest(name, known)
  if (near !== undefined) return ` Did you mean "${near}"?`
  return known.length > 0 && known.length <= 12 ? ` Known: ${known.join(', ')}.` : ''
}

/**
 * Words that a name is unknown, and which name it may have meant.
 *
 * @param place - what the name should have been, as `one of the jobs` or `a limit of seek`
 * @example
 * notOneOf('jop', 'one of the jobs', ['job'])
 * //=> '"jop" is not one of the jobs. Did you mean "job"?'
 */
export function notOneOf(name: string, place: string, known: Iterable<string>): string {
  return `"${name}" is not ${place}.${didYouMean(name, known)}`
}

/** Infinity when too different; below 1 only for other case or separators. */
function distance(wanted: string, candidate: string, name: string, written: string): number {
  if (wanted === candidate) return name.toLowerCase() === written.toLowerCase() ? 0.1 : 0.2
  const longest = Math.max(wanted.length, candidate.length)
  const shortest = Math.min(wanted.length, candidate.length)
  const limit = Math.max(1, Math.floor(longest * 0.4))
  let score = longest - shortest > limit ? Infinity : edits(wanted, candidate)
  // A one-letter name with another letter is another name.
  if (score > limit || score >= longest) score = Infinity
  if (shortest >= 3 && (candidate.includes(wanted) || wanted.includes(candidate))) {
    const atStart = candidate.startsWith(wanted) || wanted.startsWith(candidate)
    score = Math.min(score, (atStart ? 1.2 : 1.4) + (longest - shortest) / 100)
  }
  return score
}

function plain(name: string): string {
  const lower = name.toLowerCase()
  return lower.replace(/[-_.\s]/g, '') || lower
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function edits(a: string, b: string): number {
  let twoAgo: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, twoAgo[j - 2]! + 1)
      current.push(cost)
    }
    twoAgo = previous
    previous = current
  }
  return previous[b.length]!
}

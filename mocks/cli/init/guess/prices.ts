import { readAmount } from './rates.ts'

/** A price in a text. */
export interface Price {
  readonly credits: number
  /** The matching words, for the guess's reason. */
  readonly words: string
}

const NUMBER = String.raw`(?<![\w.,-])(\d+(?:[.,]\d+)*|an?|one|two|three|five|ten)`
const CREDITS = String.raw`\s+(?:(?:API|search|enrichment|usage)\s+)?credits?\b`
const EACH = String.raw`\s*(?:per|for\s+each|for\s+every|each|every|an?|\/)\s*(?:(?:successful|API|single|matched|returned)\s+)*\w+`

const PATTERNS = [
  new RegExp(
    String.raw`\b(?:costs?|uses?|consumes?|charges?|charged|deducts?|spends?|takes?|requires?|worth|price:?)\s+(?:you\s+)?${NUMBER}${CREDITS}(?:${EACH})?`,
    'gi',
  ),
  new RegExp(String.raw`${NUMBER}${CREDITS}${EACH}`, 'gi'),
  new RegExp(String.raw`${NUMBER}${CREDITS}\s+(?:is|are|will\s+be)\s+(?:charged|deducted|used|consumed|taken)`, 'gi'),
]

const WORDS: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, three: 3, five: 5, ten: 10 }

/**
 * The distinct prices in a text. Ignores ranges, fractions of a credit and ambiguous numbers.
 *
 * @example
 * pricesIn('Each call costs 5 credits.') //=> [{ credits: 5, words: 'costs 5 credits' }]
 */
export function pricesIn(text: string): Price[] {
  const found = PATTERNS.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match): Price[] => {
      const digits = match[1]!.toLowerCase()
      const start = match.index + match[0].toLowerCase().indexOf(digits)
      const credits = WORDS[digits] ?? readAmount(digits, text.slice(0, start))
      if (credits === undefined || !Number.isSafeInteger(credits) || credits < 1) return []
      return [{ credits, words: match[0].replaceAll(/\s+/g, ' ') }]
    }),
  )
  return [...new Map(found.reverse().map((price) => [price.credits, price] as const)).values()].reverse()
}

/** Whether the text of a 402 is about money, or missing: some vendors use 402 for invalid keys. */
export function isAboutMoney(text: string): boolean {
  if (/credit|pay|paid|fund|balance|billing|quota|subscri|plan\b|insufficient|upgrade|exhaust|limit/i.test(text))
    return true
  return !/token|key|auth|method|parameter|sign|permission|not found/i.test(text)
}

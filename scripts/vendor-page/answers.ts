import type { Pair } from '../../mocks/request/proof/pair.ts'
import { codes } from './markdown.ts'

/** One line for all operations with the same answer: most refusals are the same everywhere. */
export function answerParts(pairs: readonly Pair[]): string[] {
  const answerOf = ({ code, refusal }: Pair): string => (refusal === undefined ? code : `${code} \`${refusal}\``)
  const answers = [...new Set(pairs.map(answerOf))].sort()
  return answers.map((answer) => {
    const own = pairs.filter((pair) => answerOf(pair) === answer)
    const ways = Map.groupBy(own, ({ how, by, scenario }) => {
      const way = scenario === undefined ? by : `${by}, in \`${scenario}\``
      return how === 'behaviour' ? way : `${way} (${how === 'Prefer' ? 'asked for' : 'played'})`
    })
    const all = own.map(({ operation }) => operation)
    const lines = [...ways].map(
      ([way, had]) =>
        `- ${way}: ${namesOf(
          had.map(({ operation }) => operation),
          all,
        )}`,
    )
    return [`**${answer}**, by`, ...lines].join('\n')
  })
}

function namesOf(names: readonly string[], all: readonly string[]): string {
  const others = all.filter((name) => !names.includes(name))
  if (others.length === 0) return names.length === 1 ? codes(names) : 'all that document it'
  return others.length < names.length / 4 ? 'all others that document it' : codes(names)
}

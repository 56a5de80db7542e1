import type { Operation } from '../../../spec/model/operation/operation.ts'
import { someOf } from '../../../load/flaw-notice.ts'
import { type Document, operationPart } from '../document.ts'
import { sentenceWith } from '../explain.ts'
import { ASSUMED, type Found, type Guess, updateAt } from '../sketch.ts'
import { namedErrors, type NamedError } from './errors.ts'
import { isAboutMoney, pricesIn } from './prices.ts'
import type { JobResource } from './resources.ts'

/** The price of a call or job, and the text that it is based on. */
export interface Cost extends Pick<Guess, 'at' | 'says' | 'why'> {
  readonly credits: number
}

/** The 402s whose text mentions credits, or that have no text. */
export function payments(document: Document): readonly NamedError[] {
  return namedErrors(document, 402, 'credits').filter(({ text }) => isAboutMoney(text))
}

/** The price in an operation's text; one credit without an unambiguous price. */
export function costOf(document: Document, operation: Operation, payment: NamedError): Cost {
  const { node, path } = operationPart(document, operation)
  const text = [node['summary'], node['description']].filter((entry) => typeof entry === 'string').join('\n')
  const prices = pricesIn(text)
  const [price, ...others] = prices
  if (price && others.length === 0) {
    const says = sentenceWith(text, price.words)
    return { credits: price.credits, why: `The document says "${price.words}".`, at: path, says }
  }
  if (price) {
    const why = `The document says ${prices.map(({ words }) => `"${words}"`).join(' and ')}, but not when; this is a guess.`
    return { credits: 1, why, at: path, says: sentenceWith(text, price.words) }
  }
  const why = 'The document does not say what it costs.'
  return { credits: 1, why, at: payment.at, says: payment.text || undefined }
}

/** The credits of a plan, if anything has a price. */
export const PLAN = {
  plans: {
    free: { credits: { amount: 100, every: 'month' }, [ASSUMED]: 'The document does not say what a plan includes.' },
  },
  accounts: { default: { plan: 'free' } },
}

/** Charges for calls that have a 402 and start no job. */
export function findCharges(document: Document, jobs: readonly JobResource[]): Found {
  const starts = new Set(jobs.map(({ create }) => create))
  const charged = payments(document).flatMap((payment) =>
    payment.operations
      .filter((operation) => !starts.has(operation))
      .map((operation) => ({ payment, operation, isWork: isWork(operation, jobs) })),
  )
  const works = charged.filter(({ isWork }) => isWork)
  const costs = works.map(({ operation, payment }) => ({
    operation,
    payment,
    cost: costOf(document, operation, payment),
  }))
  const all = new Set(payments(document).flatMap(({ operations }) => operations))
  const silent = namedErrors(document, 402, 'credits').flatMap(({ operations }) =>
    operations.filter((operation) => !all.has(operation)),
  )
  const idle = charged.filter(({ isWork }) => !isWork).map(({ operation }) => operation)
  return {
    root: works.length > 0 ? PLAN : {},
    actions: costs.flatMap(({ operation, payment, cost }) => [
      updateAt(operationPart(document, operation).path, {
        'x-mock': { charge: { credits: cost.credits, [ASSUMED]: cost.why } },
      }),
      ...payment.inPlace,
    ]),
    guesses: [...Map.groupBy(costs, ({ cost }) => JSON.stringify([cost.credits, cost.why])).values()].map((same) => {
      const { cost } = same[0]!
      const ids = someOf(same.map(({ operation }) => operation.id))
      return { ...cost, what: 'charge', guess: `${cost.credits} for ${ids}; without, the 402` }
    }),
    open: [
      ...notCharged(idle, ['may answer 402 and does no paid work', 'may answer 402 and do no paid work']),
      ...notCharged(silent, ['has a 402 that does not mention credits', 'have a 402 that does not mention credits']),
    ],
  }
}

/** @param what - for one operation, and for several */
function notCharged(operations: readonly Operation[], [one, several]: readonly [string, string]): readonly string[] {
  if (operations.length === 0) return []
  const what = operations.length === 1 ? one : several
  return [`${someOf(operations.map(({ id }) => id))} ${what}, so only a scenario can say when.`]
}

/** Whether a call is likely to cost credits: reading a job, a balance or a setting is free. */
function isWork({ method, path, id }: Operation, jobs: readonly JobResource[]): boolean {
  if (method === 'DELETE' || method === 'HEAD' || method === 'OPTIONS') return false
  const isOfJob = jobs.some(
    ({ read, list }) => read.path === path || path.startsWith(`${read.path}/`) || list?.id === id,
  )
  return (
    !isOfJob &&
    !/(?:^|\/)(?:[\w-]*[_-])?(?:credits?|usage|balance|billing|account|quota|limits?|webhooks?|me|status|errors|health|active|ongoing|history)$/i.test(
      path,
    )
  )
}

import type { Trigger, TriggerTest } from '../../spec/model/rules/trigger.ts'
import { equalsAt } from '../../spec/values/equals-at.ts'
import { own } from '../../spec/values/own.ts'
import { getPointer } from '../../spec/references/pointer.ts'
import type { MatchedExchange } from '../exchange.ts'

/**
 * Finds the first trigger of an operation whose value the request has. A trigger with an outcome only sets it for the
 * job that the request starts, and the search continues.
 *
 * @param isEarly - whether the path has not been resolved yet
 */
export function findTrigger(exchange: MatchedExchange, isEarly: boolean): Trigger | undefined {
  for (const trigger of exchange.operation.triggers) {
    if (trigger.isEarly !== isEarly || !trigger.tests.every((test) => holds(exchange, test))) continue
    if (trigger.then.kind !== 'outcome') return trigger
    exchange.outcome ??= trigger.then.state
  }
  return undefined
}

function holds({ call, query, params, credential, input }: MatchedExchange, test: TriggerTest): boolean {
  const { in: place, name, segments, values } = test
  switch (place) {
    case 'header':
      return isText(own(call.headers, name), values)
    case 'query':
      return query
        .getAll(name)
        .some((text) => isText(text, values) || text.split(',').some((one) => isText(one, values)))
    case 'path':
      return isText(own(params, name), values)
    case 'credential':
      return isText(credential?.id, values)
    case 'body':
      return isInBody(input?.body, segments, values)
  }
}

/** Form fields are compared as text; an entry of a list counts as the list does. */
function isInBody(body: unknown, segments: readonly string[], values: readonly unknown[]): boolean {
  if (values.some((wanted) => equalsAt(body, segments, wanted))) return true
  const found = getPointer(body, segments)
  const all = Array.isArray(found) ? (found as unknown[]) : [found]
  return all.some((one) => (typeof one === 'string' || typeof one === 'number') && isText(String(one), values))
}

function isText(text: string | undefined, values: readonly unknown[]): boolean {
  return text !== undefined && values.some((wanted) => String(wanted) === text)
}

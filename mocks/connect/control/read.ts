import { didYouMean } from '../../spec/problems/nearest.ts'
import { printable, printableValue } from '../../state/printable.ts'
import { badRequest } from './problem.ts'

/** The fields of an object body; throws for unknown fields. */
export function objectFields(body: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (body === undefined) return {}
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw badRequest(`The body is ${seen(body)}; send an object with ${known.join(', ')}.`)
  }
  for (const name of Object.keys(body)) {
    if (!known.includes(name)) throw badRequest(`"${name}" is not a field of this call.${didYouMean(name, known)}`)
  }
  return body as Record<string, unknown>
}

/** Throws for unknown query parameters: a misspelt `session` would act on the default one. */
export function checkQuery(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name))
      throw badRequest(`"${printable(name, 100)}" is not a query parameter of this call.${didYouMean(name, known)}`)
  }
}

export function readText(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name]
  if (typeof value === 'string' && value !== '') return value
  throw badRequest(
    value === undefined ? `"${name}" is missing; send a text.` : `"${name}" is ${printableValue(value)}; send a text.`,
  )
}

/** A string or a list of strings. */
export function readTexts(fields: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const values = [fields[name]].flat()
  if (values.length > 0 && values.every((value) => typeof value === 'string')) return values
  throw badRequest(`"${name}" is ${seen(fields[name])}; send a text or a list of texts.`)
}

/** A whole number of at least `least`; undefined when not sent. */
export function readCount(value: unknown, name: string, least: number): number | undefined {
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least) return number
  throw badRequest(`"${name}" is ${printableValue(value)}; send a whole number from ${least}.`)
}

/** Formats a value of the body for a message. */
function seen(value: unknown): string {
  return value === undefined ? 'missing' : printableValue(value)
}

import { isJson } from './body.ts'
import type { Judge } from './judge.ts'
import type { Answer, Content, DocumentedOperation, Schema } from './operations.ts'
import type { Sources } from './sources.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

interface Documented {
  readonly sources: Sources
  readonly judge: Judge
  readonly operation: DocumentedOperation
}

/** Why an answer is invalid by its document; `undefined` if it is valid. */
export function judgeAnswer(
  { sources, judge, operation }: Documented,
  { status, headers, body }: Answered,
): string | undefined {
  const { answers } = operation
  const documented = answers.get(String(status)) ?? rangeOf(answers, status) ?? answers.get('default')
  if (!documented) {
    const hasSuccess = [...answers.keys()].some((code) => /^[23]/.test(code))
    return !hasSuccess && status < 300 && body === '' ? undefined : `${status} is not documented`
  }
  for (const { name, required, schema } of documented.headers) {
    const text = headers[name]
    if (name === 'content-type') continue
    if (text === undefined && required) return `header ${name} is missing`
    const flaw = text === undefined ? undefined : judge(schema, readHeader(sources, schema, text))
    if (flaw !== undefined) return `header ${name}: ${flaw}`
  }
  if (operation.method === 'HEAD' || status === 204 || status === 304) return undefined
  return judgeBody(judge, documented.content, headers['content-type'], body)
}

function rangeOf(answers: ReadonlyMap<string, Answer>, status: number): Answer | undefined {
  const range = `${Math.floor(status / 100)}XX`
  return answers.get(range) ?? answers.get(range.toLowerCase())
}

function judgeBody(
  judge: Judge,
  content: readonly Content[],
  mediaType: string | undefined,
  body: string,
): string | undefined {
  if (content.length === 0) return body === '' ? undefined : 'a body that is not documented'
  const essence = essenceOf(mediaType ?? '')
  const fits = [essence, `${essence.split('/')[0]}/*`, '*/*']
  const one = fits.map((key) => content.find((each) => essenceOf(each.mediaType) === key)).find(Boolean)
  if (body === '' && content.every(({ schema, itemSchema }) => !schema && !itemSchema)) return undefined
  if (!one) return `media type ${mediaType ?? 'none'} is not documented`
  try {
    if (isJson(essence)) return judge(one.schema, JSON.parse(body))
    for (const item of itemsOf(essence, body)) {
      const flaw = judge(one.itemSchema, item)
      if (flaw !== undefined) return `an item: ${flaw}`
    }
    if (/^<|xml/.test(essence) && !/^\s*</.test(body)) return 'no XML'
    return undefined
  } catch (error) {
    return `the body cannot be read: ${String(error)}`
  }
}

/** The items of a body that is a sequence of JSON texts, or of server-sent events. */
function itemsOf(essence: string, body: string): unknown[] {
  if (/ndjson|jsonl|json-seq/.test(essence))
    return body
      .replaceAll('\u001E', '\n')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): unknown => JSON.parse(line))
  if (essence !== 'text/event-stream') return []
  return body
    .split(/\r?\n\r?\n/)
    .filter((event) => /^(?:data|event|id)/m.test(event))
    .map((event) => {
      const fields: Record<string, unknown> = {}
      for (const line of event.split(/\r?\n/)) {
        const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
        if (name !== undefined) fields[name] = name in fields ? `${String(fields[name])}\n${value}` : value
        if (name === 'retry') fields[name] = Number(value)
      }
      return fields
    })
}

function essenceOf(mediaType: string): string {
  return mediaType.split(';')[0]!.trim().toLowerCase()
}

/** A header's value by style *simple*. */
function readHeader(sources: Sources, schema: Schema, text: string): unknown {
  const types = typesOf(sources, schema, 0)
  if (types.includes('array')) return text.split(/\s*,\s*/).map(scalar)
  if (types.includes('string')) return text
  if (types.includes('object')) {
    const parts = text.split(',')
    const pairs = text.includes('=')
      ? parts.map((part) => part.split('='))
      : parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1]]] : []))
    return Object.fromEntries(pairs.map(([key, value]) => [key!, scalar(value ?? '')]))
  }
  return scalar(text)
}

function typesOf(sources: Sources, schema: unknown, depth: number): unknown[] {
  if (depth > 10 || schema === null || typeof schema !== 'object') return []
  const { type, $ref, allOf, oneOf, anyOf } = schema as Record<string, unknown>
  const target = typeof $ref === 'string' ? sources.at($ref)?.value : undefined
  const parts = [target, allOf, oneOf, anyOf].flat()
  return [type, ...parts.map((part) => typesOf(sources, part, depth + 1))].flat(2)
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

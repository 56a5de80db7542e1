import { asRecord, type Raw } from '../../../scenario/raw.ts'
import { isJson } from '../../../spec/media/media-type.ts'
import { partBelow, type Document, operationPart, type Part, root, schemaShape } from '../document.ts'
import { sentenceWith } from '../explain.ts'
import { ASSUMED, type Found, type Guess } from '../sketch.ts'
import { inputOf } from './job-fields.ts'
import type { JobResource } from './resources.ts'

/** Where a job's webhook is described, and its target. */
interface Hook {
  readonly name: string
  readonly to: string
  readonly why: string
  readonly at: readonly string[]
  readonly says?: string | undefined
  /** The documented schema of its body. */
  readonly schema: Raw | undefined
}

/** Webhooks on the end of jobs: callbacks of the operation that starts them, else a field that takes a URL. */
export function findHooks(document: Document, jobs: readonly JobResource[]): Found {
  const webhooks: Record<string, unknown> = {}
  const guesses: Guess[] = []
  for (const job of jobs) {
    const [hook] = hooksOf(document, job)
    if (!hook) continue
    const { name, to, why, at, says } = hook
    const signed = signatureOf(document, job)
    webhooks[name] = {
      on: { job: job.item, state: 'final' },
      to,
      ...bodyOf(document, job, hook),
      ...secretOf(document, job),
      ...(signed && { sign: signed.sign }),
      [ASSUMED]: `${why} It is a guess that it is sent at the end.`,
    }
    guesses.push({ what: 'webhook', guess: `${name}: to ${to}, when a ${job.item} has ended`, why, at, says })
    if (signed) guesses.push({ what: 'signed', guess: `${name}: in ${signed.sign.header}`, ...signed.evidence })
  }
  return { root: Object.keys(webhooks).length > 0 ? { webhooks } : {}, guesses }
}

function hooksOf(document: Document, job: JobResource): Hook[] {
  const start = operationPart(document, job.create)
  const callbacks = partBelow(document, start, 'callbacks')
  const found = Object.keys(callbacks.node).flatMap((name): Hook[] => {
    const callback = partBelow(document, callbacks, name)
    const [to] = Object.keys(callback.node)
    if (to === undefined || !/^\{\$request\.[^{}]+\}$/.test(to)) return []
    const post = partBelow(document, callback, to, 'post')
    const why = `${job.create.id} has the callback "${name}".`
    return [{ name, to, why, at: callback.path, schema: bodySchema(document, post) }]
  })
  if (found.length > 0) return found
  const field = [...inputOf(document, job.create).keys()].find((name) => URL_FIELD.test(name))
  if (field === undefined) return []
  const documented = documentedFor(document, job)
  return [
    {
      name: documented?.name ?? job.item,
      to: `{$request.body#/${urlIn(document, job, field)}}`,
      why: `${job.create.id} takes "${field}".`,
      at: start.path,
      schema: documented?.schema,
    },
  ]
}

/** Some APIs take an object with the URL in it. */
function urlIn(document: Document, { create }: JobResource, field: string): string {
  const [, schema] = [...(create.body?.content ?? [])].find(([type]) => isJson(type)) ?? []
  const { properties } = schemaShape(document, schemaShape(document, schema).properties[field])
  const inner = ['url', 'uri', 'endpoint'].find((name) => name in properties)
  return inner === undefined ? field : `${field}/${inner}`
}

const URL_FIELD = /^(?:web_?hook|call_?back|notif(?:y|ication)s?|hook)(?:_?(?:url|uri|endpoint))?$/i

/** The entry of the document's `webhooks` for this kind of job. */
function documentedFor(
  document: Document,
  { item }: JobResource,
): { readonly name: string; readonly schema: Raw | undefined } | undefined {
  const all = partBelow(document, root(document), 'webhooks')
  const plain = (text: string): string => text.replaceAll(/[^a-z]/gi, '').toLowerCase()
  const name = Object.keys(all.node).find((key) => plain(key).includes(plain(item)))
  if (name === undefined) return undefined
  return { name, schema: bodySchema(document, partBelow(document, all, name, 'post')) }
}

function bodySchema(document: Document, operation: Part): Raw | undefined {
  const content = partBelow(document, operation, 'requestBody', 'content')
  const type = Object.keys(content.node).find(isJson)
  return type === undefined ? undefined : asRecord(asRecord(content.node[type])['schema'])
}

/** The job's fields, and fields of the body with other names for them. */
function bodyOf(document: Document, job: JobResource, { schema }: Hook): object {
  if (!schema) return {}
  const { properties } = schemaShape(document, schema)
  const own = new Set([job.key, ...Object.keys(job.shape.properties)])
  const body = Object.fromEntries(
    Object.keys(properties).flatMap((name): Array<[string, string]> => {
      if (name === job.states.field || (own.has(name) && name !== 'id')) return []
      const field = schemaShape(document, properties[name])
      if (/^(?:id|\w+_id)$/.test(name) && !field.types.includes('integer')) return [[name, '{$job.id}']]
      if (/^(?:status|state)$/.test(name)) return [[name, '{$job.status}']]
      const isFree = field.types.includes('string') && !('enum' in field.node || 'const' in field.node)
      if (isFree && /^(?:event|type|event_?type)$/.test(name)) return [[name, `${job.item}.{$job.status}`]]
      if (isFree && /(?:_at|timestamp|time)$/.test(name)) return [[name, '{$now | iso-seconds}']]
      return []
    }),
  )
  return { item: true, ...(Object.keys(body).length > 0 && { body }) }
}

/** A header whose name and value are in the request. */
function secretOf(document: Document, job: JobResource): object {
  const fields = [...inputOf(document, job.create).keys()]
  const name = fields.find((field) => /(?:auth|secret)_?header_?name$/i.test(field))
  const value = fields.find((field) => /(?:auth|secret)_?header_?value$/i.test(field))
  if (name === undefined || value === undefined) return {}
  return { secret: { header: `{$request.body#/${name}}`, value: `{$request.body#/${value}}` } }
}

interface Signed {
  readonly sign: {
    readonly header: string
    readonly algorithm: string
    readonly encoding?: string
    readonly [ASSUMED]: string
  }
  readonly evidence: Pick<Guess, 'why' | 'at' | 'says'>
}

/** A signature described in the document's text: a header, and HMAC with SHA-256. */
function signatureOf(document: Document, job: JobResource): Signed | undefined {
  const places: readonly Part[] = [
    operationPart(document, job.create),
    { node: asRecord(document.data['info']), path: ['info'] },
  ]
  for (const { node, path } of places) {
    const text = String(node['description'] ?? '')
    const header = /\b(X-[\w-]*Signature[\w-]*|[A-Z]\w*-Signature)\b/.exec(text)?.[1]
    if (header === undefined || !/hmac/i.test(text) || !/sha-?256/i.test(text)) continue
    const says = sentenceWith(text, header)
    const why = `The document names the header; how the bytes are signed is read from its words.`
    const encoding = /base64/i.test(text) ? { encoding: 'base64' } : {}
    return {
      sign: { header, algorithm: 'hmac-sha256', ...encoding, [ASSUMED]: `The document says "${says}"` },
      evidence: { why, at: path, says },
    }
  }
  return undefined
}

import { isRecord } from '../../../spec/values/is-record.ts'
import { asRecord } from '../../../scenario/raw.ts'
import { isForm, isJson } from '../../../spec/media/media-type.ts'
import type { Operation } from '../../../spec/model/operation/operation.ts'
import { type Document, isNullable, type Shape, schemaShape } from '../document.ts'
import type { JobResource } from './resources.ts'

type Fields = Record<string, unknown>

interface JobFields {
  readonly start: Readonly<Fields>
  readonly item: Readonly<Fields>
  readonly byState: Readonly<Record<string, Readonly<Fields>>>
}

/** Guesses from its name what each field of a job contains, and in which states. */
export function fieldsOf(document: Document, job: JobResource, isPaid: boolean): JobFields {
  const { shape, states, create } = job
  const start: Fields = {}
  const item: Fields = { [states.field]: '{$job.status}' }
  const byState: Record<string, Fields> = {}
  const lay = (names: readonly string[], field: string, value: unknown): void => {
    for (const name of names) (byState[name] ??= {})[field] = value
  }
  const ends = states.all.filter((state) => state['final'] === true).map(({ name }) => name)
  const inputs = inputOf(document, create)
  const parents = create.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
  const successValue = shownIn(job, states.success)
  // Fields that the start's answer has, but a read's answer does not.
  const started = create.success?.schema ? schemaShape(document, create.success.schema).properties : {}
  for (const [name, raw] of Object.entries({ ...started, ...shape.properties })) {
    if (name === job.key || name === states.field) continue
    const field = schemaShape(document, raw)
    const isOpen = isNullable(field)
    const isNeeded = shape.required.includes(name)
    // Forms use other spellings: `FriendlyName` is `friendly_name`.
    const sent = inputs.has(name) ? name : [...inputs.keys()].find((input) => plain(input) === plain(name))
    const later = (names: readonly string[], value: unknown): void => {
      // Until then, a required field that may not be null is generated from its schema.
      if (isOpen) item[name] = null
      lay(names, name, value)
    }
    if (parents.includes(name)) start[name] = `{$request.path.${name}}`
    else if (sent !== undefined && (inputs.get(sent) === true || !isNeeded)) start[name] = `{$request.body#/${sent}}`
    else if (/^(?:id|uuid|(?:job|run|task)_?id)$/i.test(name) && field.types.includes('string'))
      item[name] = '{$job.id}'
    else if (isInstant(name, field, 'created|submitted|queued|started|requested|updated|modified')) {
      item[name] = instant(field, '$job.startedAt')
    } else if (isInstant(name, field, 'completed|finished|ended|done|stopped')) {
      later(ends, instant(field, '$job.endedAt'))
    } else if (
      /^(?:progress|percent(?:age)?)(?:_complete)?$/i.test(name) &&
      /number|integer/.test(field.types.join())
    ) {
      item[name] = 0
      lay([states.success], name, field.node['maximum'] === 1 ? 1 : 100)
    } else if (isPaid && /^(?:credits?(?:_?(?:used|charged|cost))?|cost)$/i.test(name))
      item[name] = '{$job.credits.hold}'
    else if (/error|failure/i.test(name)) {
      if (field.types.includes('string') && !field.node['enum']) later(states.failures, 'It could not be done.')
      else if (isOpen) item[name] = null
    } else if (isOpen || (!isNeeded && /result|output|url|link|file|href/i.test(name))) {
      later([states.success], successValue(name) ?? made(document, job, name, field))
    }
  }
  return { start, item, byState }
}

function plain(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase()
}

/** `completed_at`; `completed` alone may be a count. */
function isInstant(name: string, { node }: Shape, words: string): boolean {
  if (new RegExp(`^(?:${words})_?(?:at|on|time|date)$`, 'i').test(name)) return true
  return new RegExp(`^(?:${words})$`, 'i').test(name) && /date|time/.test(String(node['format'] ?? ''))
}

function instant({ types }: Shape, value: string): string {
  const isNumber = types.includes('integer') || types.includes('number')
  return `{${value} | ${isNumber ? 'epoch-seconds' : 'iso-seconds'}}`
}

/** Fields of an operation's JSON or form body; true if required. Read-only fields are left out. */
export function inputOf(document: Document, { body }: Operation): ReadonlyMap<string, boolean> {
  const content = [...(body?.content ?? [])]
  const [, schema] = content.find(([type]) => isJson(type)) ?? content.find(([type]) => isForm(type)) ?? []
  const shape = schemaShape(document, schema)
  const names = Object.keys(shape.properties).filter(
    (name) => schemaShape(document, shape.properties[name]).node['readOnly'] !== true,
  )
  return new Map(names.map((name) => [name, shape.required.includes(name)]))
}

/** Values of a job in a state, from the document's own examples. */
function shownIn(job: JobResource, state: string): (field: string) => unknown {
  const examples = [...(job.read.success?.examples.values() ?? [])].map(({ value }) => asRecord(value))
  const found = examples.find((example) => example[job.states.field] === state)
  return (field) => shortened(found?.[field] ?? undefined)
}

/** One entry of a list is the model for the others. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).slice(0, 1).map(shortened)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shortened(entry)]))
}

function made(document: Document, job: JobResource, name: string, field: Shape): unknown {
  if (field.node['format'] === 'uri' || /url|link|href/i.test(name))
    return `https://files.${document.vendor.name}.example/{$job.id}`
  const { type, ...rest } = field.node
  const types = field.types.filter((each) => each !== 'null')
  const schema =
    type === undefined ? field.node : { ...rest, type: types.length === 1 ? types[0] : types, nullable: undefined }
  // Wrapped as a property, so that the generator knows its name.
  const holder = { type: 'object', required: [name], properties: { [name]: schema } }
  const value = document.generator.generate(holder as never, [job.item, name], { direction: 'response' })
  return shortened(asRecord(value)[name])
}

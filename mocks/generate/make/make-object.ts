import { formatPointer } from '../../spec/references/pointer.ts'
import { createRoot, type Located } from '../../spec/schema/root.ts'
import { MOST_VALUES, spendValue } from '../budget.ts'
import type { Compile } from '../context.ts'
import { countFields } from './counts.ts'
import { isTooRecursive, nothing, tooMuch, type Context, type Make } from '../context.ts'
import { propertySchemas, type Flat } from '../flat.ts'
import type { Marks } from '../marks.ts'
import { isOmitted, listsIssues, MOST_ISSUES, nameAmong, fieldRole, type Role, type FieldReason } from './reason.ts'
import { snake } from '../words/property-name.ts'
import { nounOf, sceneOf, sharesSubject } from '../words/scene.ts'

interface Field {
  readonly name: string
  readonly step: string
  readonly make: Make
  readonly required: boolean
  readonly marks: Marks
  readonly shares: boolean
  /** Its role in an error. */
  readonly role: Role | undefined
}

/** Generates objects with all properties, or with only the required ones when minimal. */
export function makeObject(
  flat: Flat,
  name: string,
  compile: Compile,
  marksOf: (list: readonly Located[]) => Marks,
): Make {
  if (flat.minProperties > MOST_VALUES)
    return tooMuch(`needs ${flat.minProperties} properties or more, and ${MOST_VALUES} values are the most`)
  const names = namesOf(flat)
  const scene = sceneOf([name, ...flat.titles], names)
  const noun = [name, ...flat.titles].map(nounOf).find((word) => word !== '') ?? ''
  const field = (property: string, list: readonly Located[]): Field => {
    const called = nameAmong(property, names)
    const kind = (scene === 'thing' ? OF_ITS_KIND : FULL_NAMES).has(snake(called)) ? `${noun}.` : ''
    return {
      name: property,
      step: formatPointer([property]),
      make: compile(list, kind + called, scene),
      required: flat.required.has(property),
      marks: marksOf(list),
      shares: sharesSubject(property),
      role: fieldRole(called),
    }
  }
  const fields = names.flatMap((property) => {
    const list = propertySchemas(flat, property)
    return list ? [field(property, list)] : []
  })
  const counts = countFields(fields.map(({ name: property, marks }) => ({ name: property, ...marks })))
  const full = select(fields, flat, false)
  const minimal = select(fields, flat, true)
  const extra = extraOf(flat, compile)
  const mayListIssues = fields.length === 0 && extra.isInvited && listsIssues(name)

  return (context, path, subject) => {
    const result: Record<string, unknown> = {}
    const chosen = context.minimal ? minimal : full
    context.level.now++
    for (const entry of chosen) {
      if (!travels(entry, context)) continue
      if (!entry.required && (isTooDeep(entry, context) || isSilent(entry, context))) continue
      const place = path + entry.step
      spendValue(context.budget, place)
      const value = entry.make(context, place, entry.marks.nested && !entry.shares ? place : subject)
      if (value !== nothing) result[entry.name] = value
      else if (entry.required && !context.isTolerant) {
        context.level.now--
        return nothing
      }
    }
    const depth = context.open.get(extra.key) ?? 0
    const isListingIssues = mayListIssues && context.reason !== undefined
    // A nested map of issues adds nothing; a union uses another branch there.
    if (depth > (isListingIssues ? 0 : DEEPEST)) {
      context.level.now--
      return nothing
    }
    if (extra.key) context.open.set(extra.key, depth + 1)
    if (isListingIssues) Object.assign(result, issuesByField(extra, context, path, subject))
    const isShown = !context.minimal && !isListingIssues && fields.length === 0 && extra.isInvited && depth === 0
    const wanted = Math.max(flat.minProperties, isShown ? 1 : 0)
    let size = Object.keys(result).length
    for (let index = 0; size < wanted && size < flat.maxProperties && index < wanted + 20; index++) {
      const place = `${path}/*${index}`
      spendValue(context.budget, path)
      const key = extra.makeName(context, place, subject)
      if (typeof key !== 'string' || key in result) continue
      const value = extra.makeOf(key)(context, path + formatPointer([key]), subject)
      if (value === nothing) continue
      result[key] = value
      size++
    }
    if (extra.key) context.open.set(extra.key, depth)
    for (const { name: number, list, fits } of counts) {
      const entries = result[list]
      if (Array.isArray(entries) && number in result && fits(entries.length)) result[number] = entries.length
    }
    context.level.now--
    return result
  }
}

function isTooDeep({ marks, make }: Field, context: Context): boolean {
  return (marks.nested && context.level.now > context.depth) || isTooRecursive(make, context)
}

/** Names whose meaning depends on the kind of thing: a book's title, a file's extension. */
const OF_ITS_KIND = new Set(
  (
    'name display_name full_name fullname title label heading slug permalink description summary about filename file_name ' +
    'object resource_type object_type original_filename original_name mime_type mimetype media_type content_type extension file_extension file_type'
  ).split(' '),
)

/** Names that do not depend on the properties around them: a person's profile has a website and an industry too. */
const FULL_NAMES = new Set(['full_name', 'fullname'])

function isSilent({ role }: Field, { reason }: Context): boolean {
  return role !== undefined && reason !== undefined && isOmitted(role, reason)
}

/** A map of issues by field name: `{ email: ['email is required'] }`. */
function issuesByField(extra: Extra, context: Context, path: string, subject: string): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  const { issues, index: own } = context.reason!
  const most = Math.min(issues.length, MOST_ISSUES)
  // Inside the entry of one issue, a map contains only that issue.
  for (let index = own ?? 0; index < (own === undefined ? most : Math.min(own + 1, most)); index++) {
    const { field } = issues[index]!
    if (field === '' || field === '__proto__' || Object.hasOwn(result, field)) continue
    spendValue(context.budget, path)
    const fieldReason: FieldReason = { ...context.reason!, index }
    const value = extra.makeIssue({ ...context, reason: fieldReason }, path + formatPointer([field]), subject)
    if (value !== nothing) result[field] = value
  }
  return result
}

function travels({ marks }: Field, { direction }: Context): boolean {
  return !(direction === 'request' && marks.readOnly) && !(direction === 'response' && marks.writeOnly)
}

function namesOf(flat: Flat): readonly string[] {
  const names = new Set<string>()
  for (const part of flat.parts) for (const name of part.properties.keys()) names.add(name)
  for (const name of flat.required) names.add(name)
  for (const [name, others] of flat.dependentRequired) if (names.has(name)) others.forEach((other) => names.add(other))
  names.delete('__proto__')
  return [...names]
}

/** Chooses the properties that are present, so that bounds and dependencies between properties hold. */
function select(fields: readonly Field[], flat: Flat, isMinimal: boolean): readonly Field[] {
  const wanted = new Set(flat.required)
  const close = (): void => {
    for (let size = -1; size !== wanted.size;) {
      size = wanted.size
      for (const [name, others] of flat.dependentRequired)
        if (wanted.has(name)) others.forEach((other) => wanted.add(other))
    }
  }
  close()
  const must = new Set(wanted)
  const least = Math.max(flat.minProperties, wanted.size)
  const limit = Math.min(isMinimal ? least : Infinity, flat.maxProperties)
  for (const { name } of fields) {
    if (wanted.size >= limit) break
    wanted.add(name)
    close()
  }
  for (const group of flat.notTogether) {
    if (!group.every((name) => wanted.has(name))) continue
    const loose = group.findLast((name) => !must.has(name))
    if (loose === undefined) continue
    wanted.delete(loose)
    for (const [name, others] of flat.dependentRequired)
      if (others.includes(loose) && !must.has(name)) wanted.delete(name)
  }
  return fields
    .filter(({ name }) => wanted.has(name))
    .map((entry) => (must.has(entry.name) ? { ...entry, required: true } : entry))
}

/** Maximum nesting of a map in itself where its schema requires entries; ends maps without a finite value. */
const DEEPEST = 8

/** Properties that the schema does not name: their names and values. */
interface Extra {
  /** Identifies the schema of the values, so that a recursive map is generated once. */
  readonly key: object | undefined
  /** The schema describes them, so one is generated. */
  readonly isInvited: boolean
  readonly makeName: Make
  readonly makeOf: (name: string) => Make
  /** Generates the issue of the field with this name. */
  readonly makeIssue: Make
}

/** A pattern open at its end matches any suffix, which makes names distinct. */
function namePattern(source: string): string {
  return /[$|\\]/.test(source) ? source : `${source}[a-z]{3,8}`
}

function extraOf(flat: Flat, compile: Compile): Extra {
  const patterns = flat.parts.flatMap((part) => part.patterns)
  const isInvited = flat.parts.some(({ additional }) => typeof additional?.schema === 'object') || patterns.length > 0
  const [pattern] = patterns
  const schemas = [
    ...flat.parts.map(({ additional }) => additional?.schema),
    ...patterns.map(([, { schema }]) => schema),
  ]
  const name: Located = {
    schema: { type: 'string', minLength: 1, ...(pattern ? { pattern: namePattern(pattern[0]) } : {}) },
    root: pattern?.[1].root ?? createRoot(undefined),
    pointer: '#',
  }
  const makers = new Map<string, Make>()
  let makeIssue: Make | undefined
  return {
    isInvited,
    key: schemas.find((schema) => typeof schema === 'object'),
    makeIssue: (...place) => {
      const list = propertySchemas(flat, 'field')
      makeIssue ??= list ? compile(list, 'messages', 'thing') : () => nothing
      return makeIssue(...place)
    },
    makeName: compile([...flat.names, name], 'slug', 'thing'),
    makeOf: (key) => {
      let make = makers.get(key)
      if (!make) {
        const list = propertySchemas(flat, key)
        makers.set(key, (make = list ? compile(list, key, 'thing') : () => nothing))
      }
      return make
    },
  }
}

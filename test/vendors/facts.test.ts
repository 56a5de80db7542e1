import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { load } from 'js-yaml'
import { documentFacts, type Facts } from '../support/vendors/document-facts.ts'
import { type Fact, readFacts, type Shape } from '../support/vendors/facts.ts'

type Data = Readonly<Record<string, unknown>>

const root = new URL('../../', import.meta.url)
const facts = new URL('../../../shared/vendors/', import.meta.url)
const vendors = readdirSync(new URL('specs/', root)).filter((name) =>
  existsSync(new URL(`specs/${name}/openapi.yaml`, root)),
)

const researched = vendors.filter((vendor) => existsSync(new URL(`${vendor}/operations.json`, facts)))

test.runIf(researched.length > 0).each(researched.length > 0 ? researched : ['no vendor'])(
  '%s has every operation, parameter, field, value and status of the facts, but for what it says it leaves out',
  (vendor) => {
    const gathered = JSON.parse(readFileSync(new URL(`${vendor}/operations.json`, facts), 'utf8')) as readonly Data[]
    const known = readFacts(gathered)
    expect(known.length).toBeGreaterThan(5)
    const document = readYaml(`specs/${vendor}/openapi.yaml`)
    const gaps = known.flatMap((fact) => gapsOf(document, fact))
    expectMeant(
      gaps,
      leftOut(vendor).filter((name) => !isOfDocument(name)),
    )
  },
)

const documented = vendors.filter((vendor) => existsSync(new URL(`${vendor}/openapi.json`, facts)))

test.runIf(documented.length > 0).each(documented.length > 0 ? documented : ['no vendor'])(
  "%s says of every operation, parameter and field what the vendor's own document says, but for what it says it changes",
  (vendor) => {
    const text = readFileSync(new URL(`${vendor}/openapi.json`, facts), 'utf8')
    const theirs = JSON.parse(text) as Data
    const own = documentFacts(readYaml(`specs/${vendor}/openapi.yaml`))
    const known = documentFacts(theirs)
    expect(known.size).toBeGreaterThan(1000)
    expectMeant([...changesOf(known, own), ...additionsTo(known, own)], leftOut(vendor).filter(isOfDocument))
  },
)

/** What the vendor's document says and the spec does not, or says in another way. */
function changesOf(known: Facts, own: Facts): string[] {
  return [...known].flatMap(([place, value]) => {
    const ours = own.get(place)
    return ours === value ? [] : [`${place} = ${value}${ours === undefined ? '' : `, not ${ours}`}`]
  })
}

/** What the spec says more of the parameters, bodies and answers that the vendor's document has. */
function additionsTo(known: Facts, own: Facts): string[] {
  const parts = new Set([...known.keys()].map(partOf))
  return [...own].flatMap(([place, value]) =>
    known.has(place) || !parts.has(partOf(place)) ? [] : [`${place} = ${value} is added`],
  )
}

/** `get /agents 200` of `get /agents 200 .data required`, and `get /agents query page` of what is said of that. */
function partOf(place: string): string {
  const [method, path, part, name] = place.split(' ')
  return ['path', 'query', 'header', 'cookie'].includes(part!)
    ? [method, path, part, name].join(' ')
    : [method, path, part].join(' ')
}

/** Whether a name of what is left out is one of a field of the vendor's own document. */
function isOfDocument(name: string): boolean {
  return /^(?:\*|get|put|post|patch|delete) /.test(name)
}

function expectMeant(gaps: readonly string[], reasons: readonly string[]): void {
  const patterns = reasons.map(
    (name) =>
      new RegExp(
        `^${name
          .split('*')
          .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}$`,
      ),
  )
  expect(gaps.filter((gap) => !patterns.some((pattern) => pattern.test(gap)))).toEqual([])
  expect(reasons.filter((_, index) => !gaps.some((gap) => patterns[index]!.test(gap)))).toEqual([])
}

/** What the spec lacks of one operation of the facts, one text each. */
function gapsOf(document: Data, fact: Fact): string[] {
  const all = operationsOf(document)
  // A vendor's own ids may be no names that anybody would write: then the place tells which one it is.
  const found =
    all.find(({ id }) => id === fact.id) ??
    all.find(({ path, method }) => path === fact.path && method === fact.method.toLowerCase())
  if (!found) return [`${fact.id}`]
  const { operation, item } = found
  const gaps: string[] = []
  if (found.path !== undefined && !fact.path.endsWith(found.path)) gaps.push(`${fact.id} at ${fact.path}`)
  if (found.method !== fact.method.toLowerCase()) gaps.push(`${fact.id} by ${fact.method}`)
  const parameters = [item['parameters'], operation['parameters']].flatMap((list) =>
    ((list ?? []) as unknown[]).map((entry) => resolved(document, entry)),
  )
  for (const { in: place, name, shape } of fact.parameters) {
    const own = parameters.find((entry) => entry['in'] === place && sameName(place, entry['name'], name))
    if (own) gaps.push(...lacking(document, [own['schema']], shape, `${fact.id} ${place} ${name}`))
    else if (!isCredential(document, place, name)) gaps.push(`${fact.id} ${place} ${name}`)
  }
  gaps.push(...lacking(document, bodies(document, operation['requestBody']), fact.body, `${fact.id} body`))
  const responses = operation['responses'] as Data
  for (const [status, shape] of fact.responses) {
    const answer = responses[status] ?? responses[`${status[0]!}XX`]
    if (answer === undefined) gaps.push(`${fact.id} ${status}`)
    else gaps.push(...lacking(document, bodies(document, answer), shape, `${fact.id} ${status}`))
  }
  return gaps
}

/** Fields and values that no schema has. */
function lacking(document: Data, schemas: readonly unknown[], shape: Shape, at: string): string[] {
  const nodes = schemas.flatMap((schema) => parts(document, schema))
  // Of an open set the known values stand as examples.
  const values = nodes.flatMap((node) => [node['enum'], node['examples'], node['const']].flat())
  const without = shape.values
    .filter((value) => !values.includes(value))
    .map((value) => `${at} = ${JSON.stringify(value)}`)
  return [...shape.fields].reduce((gaps, [name, own]) => {
    const inner = nodes.flatMap((node) => {
      const properties = (node['properties'] ?? {}) as Data
      return Object.hasOwn(properties, name) ? [properties[name]] : []
    })
    return [...gaps, ...(inner.length === 0 ? [`${at} .${name}`] : lacking(document, inner, own, `${at} .${name}`))]
  }, without)
}

/** A schema, what it refers to and is composed of, and the items of lists. */
function parts(document: Data, schema: unknown, seen = new Set<unknown>()): Data[] {
  const node = resolved(document, schema)
  if (seen.has(node)) return []
  seen.add(node)
  const more = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => (node[word] as unknown[] | undefined) ?? [])
  return [node, ...[...more, node['items']].flatMap((part) => (part ? parts(document, part, seen) : []))]
}

function bodies(document: Data, holder: unknown): unknown[] {
  const content = Object.values((resolved(document, holder)['content'] ?? {}) as Data)
  return content.map((media) => (media as Data)['schema'])
}

function operationsOf(document: Data) {
  const paths = Object.entries((document['paths'] ?? {}) as Data)
  const webhooks = Object.values((document['webhooks'] ?? {}) as Data).map((item) => [undefined, item] as const)
  return [...paths, ...webhooks].flatMap(([path, item]) =>
    Object.entries(item as Data).flatMap(([method, operation]) => {
      const id = (operation as Data | null)?.['operationId']
      return typeof id === 'string' ? [{ id, method, path, item: item as Data, operation: operation as Data }] : []
    }),
  )
}

/** A key is a security scheme of the document, and not a parameter. */
function isCredential(document: Data, place: string, name: string): boolean {
  const schemes = Object.values(((document['components'] as Data)['securitySchemes'] ?? {}) as Data) as Data[]
  if (place !== 'header') return false
  if (/^content-type$/i.test(name)) return true
  return schemes.some((scheme) =>
    sameName('header', scheme['type'] === 'apiKey' ? scheme['name'] : 'Authorization', name),
  )
}

function sameName(place: string, left: unknown, right: string): boolean {
  return place === 'header' ? String(left).toLowerCase() === right.toLowerCase() : left === right
}

function resolved(document: Data, node: unknown): Data {
  const ref = (node as Data | undefined)?.['$ref']
  if (typeof ref !== 'string') return (node ?? {}) as Data
  const target = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, step) => (value as Data)[step.replaceAll('~1', '/').replaceAll('~0', '~')], document)
  return resolved(document, target)
}

/** What a vendor's spec leaves out on purpose: `facts-left-out.yaml` beside it, each with its reason. */
function leftOut(vendor: string): string[] {
  const file = `specs/${vendor}/facts-left-out.yaml`
  if (!existsSync(new URL(file, root))) return []
  const reasons = readYaml(file)
  for (const [name, reason] of Object.entries(reasons)) expect(String(reason), name).toMatch(/^[A-Z].{10,}[^.]$/)
  return Object.keys(reasons)
}

function readYaml(file: string): Data {
  return load(readFileSync(new URL(file, root), 'utf8')) as Data
}

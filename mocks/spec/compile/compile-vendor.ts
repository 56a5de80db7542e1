import type { SpecDocument } from '../model/document.ts'
import { createCel, type CelModule, lateCel } from '../values/cel.ts'
import type { DialectFiles } from '../model/dialects.ts'
import { type FindReason, findUnusable, reasonFinder } from '../problems/flaws.ts'
import type { JsonSchema } from '../grammar/grammar.ts'
import { prune } from '../grammar/prune.ts'
import { lintDialect } from '../lint/dialect.ts'
import { lintStructure } from '../lint/structure.ts'
import { checkDocument, checkMocks, openapiVersion } from './check-document.ts'
import { type Finding, formatPlace, InvalidFileError, type Problem } from '../problems/problem.ts'
import { nearest } from '../problems/nearest.ts'
import { parsePointer } from '../references/pointer.ts'
import { createResolver } from '../references/ref.ts'
import { createRouter } from '../http/router.ts'
import { routeOf, routesOf, type SharedRoute } from '../http/variants.ts'
import { checkShape } from '../problems/shape.ts'
import { createSchemas } from '../schema/validator.ts'
import { referencePage } from '../page/reference-page.ts'
import { encodeText } from '../../state/text.ts'
import type { Source } from '../read/source.ts'
import type { Server } from '../model/server.ts'
import { tablesOf } from '../model/tables.ts'
import type { AccountSettings, UnusablePaths, Vendor, VendorFact } from '../model/vendor.ts'
import type { Operation } from '../model/operation/operation.ts'
import type { Cel, Compiling } from '../values/value.ts'
import { compileSchemes } from './operation/authentication.ts'
import { compileLevels } from './operation/authorize.ts'
import { compileCollections, compileJobs, rootOf } from './collections.ts'
import { entries, openSpec, record, type SpecCursor, asString } from './context.ts'
import { compileConduct } from './compile-conduct.ts'
import { compileDialects } from './compile-dialects.ts'
import { compileIdempotency } from './rules/compile-idempotency.ts'
import { compileOrder, stagesOf } from './rules/order.ts'
import { checkTriggers, compileTriggers } from './rules/compile-triggers.ts'
import { compileHeaderRules, compileLimits } from './limits.ts'
import { compileEnvelopes } from './operation/collection-step.ts'
import { METHODS, operationPath } from '../http/methods.ts'
import { compileOperations, compileRefusals } from './operations.ts'
import { collectStatuses, compileErrors } from './operation/responses.ts'
import { collectAssumptions, collectSources } from './provenance.ts'
import { isXml } from '../media/media-type.ts'
import type { ParseXml } from '../media/read-xml.ts'
import { compileServers, secondOrigins } from './servers.ts'
import { compileIssuers } from './compile-tokens.ts'
import { compilePlainWebhooks, compileWebhooks } from './webhooks.ts'

/** What differs between Node and a browser; libraries are loaded only when a spec needs them. */
export interface Tools {
  readonly loadCel: () => CelModule
  /** Absent without an XML parser: XML bodies are then refused. */
  readonly parseXml?: ParseXml | undefined
  /** The grammar of `x-mock`; absent where documents were checked when they were built. */
  readonly grammar?: JsonSchema | undefined
}

export interface CompileOptions {
  readonly tools: Tools
  /** Name for a spec without one. */
  readonly name: string
  /** Name that overrides that of the spec. */
  readonly as?: string | undefined
  readonly read: (file: string) => Source
  /** Which dialect the source is; undefined for the document's own. */
  readonly dialect?: string | undefined
  /**
   * Whether an error in the document disables only the parts that depend on it; a mistake in `x-mock` always refuses
   * the document.
   */
  readonly lenient?: boolean | undefined
  /** What the grammar has found already, and what the source is without. */
  readonly pruned?: readonly Finding[] | undefined
  /** Finds the dialects in a folder beside the document. */
  readonly dialects?: ((folder: string) => DialectFiles) | undefined
}

/** Roots that every value may read; each collection adds the name of its item. */
const ROOTS = [
  'request',
  'server',
  'credential',
  'token',
  'account',
  'plan',
  'limit',
  'limits',
  'job',
  'event',
  'jobs',
  'each',
  'charge',
  'page',
  'issue',
  'issues',
  'now',
] as const

/** Roots of values that are evaluated during a request: those of all vendors and this vendor's items. */
export function rootNames(items: Iterable<string>): ReadonlySet<string> {
  return new Set([...ROOTS, ...items])
}

/**
 * Compiles a spec.
 *
 * @throws {@link InvalidFileError} with all its problems.
 */
export function compileVendor(source: Source, options: CompileOptions): Vendor {
  const problems: Problem[] = [...source.problems]
  const inDialect = options.dialect === undefined ? '' : ` in its dialect ${options.dialect}`
  const flaws: Problem[] = []
  const fail = (): never => {
    throw new InvalidFileError(`the spec ${source.file}${inDialect}`, [...problems, ...flaws])
  }
  if (problems.length > 0) fail()
  const document = record(source.data)
  const report = (finding: Finding): void => {
    problems.push(source.problem(finding))
  }
  const flaw = (finding: Finding): void => {
    if (options.lenient) flaws.push(source.problem(finding))
    else report(finding)
  }
  let whyLeftOut: FindReason = () => undefined
  let misfits: readonly Finding[] = []
  checkDocument(document).forEach(report)
  if (options.tools.grammar) {
    misfits = options.pruned ? [] : checkMocks(document, options.tools.grammar)
    misfits.forEach(report)
    const resolver = createResolver(options.read)
    const broken = resolver.checkRefs(source)
    broken.forEach(flaw)
    checkShape(document).forEach(flaw)
    if (options.lenient) {
      findUnusable(document).forEach(flaw)
      const hasMisfits = broken.some(({ code }) => code === 'wrong-type')
      whyLeftOut = reasonFinder(document, resolver.brokenRefs(source), hasMisfits)
    }
  }
  if (problems.some((problem) => problem.severity === 'error')) {
    if (misfits.length === problems.length) problems.push(...unknownNames(source, options, misfits))
    fail()
  }
  // Nothing is found in a document that was checked when it was built, and what a lenient one lacks is told at once.
  const isProven = !options.tools.grammar && !options.lenient

  const mock = record(document['x-mock'])
  const items = entries(mock['collections']).map(([name, value]) => rootOf(name, record(value)))
  let loaded: ReturnType<typeof createCel> | undefined
  const cel = (): Cel => (loaded ??= createCel(options.tools.loadCel()))
  const compiling: Compiling = {
    report,
    // A document that was checked at build time is known to be valid.
    cel: options.tools.grammar ? cel : () => lateCel(cel),
    roots: rootNames(items),
    place: (pointer) => formatPlace(source.problem({ code: 'place', message: '', pointer })),
  }
  const name = options.as ?? asString(mock['vendor']) ?? options.name
  const statuses = collectStatuses(document)
  const root = openSpec({ vendor: name, document, statuses, flaw, whyLeftOut }, compiling)
  const rules = root.at('x-mock')
  compileErrors(rules.at('errors', 'body'))
  const limits = compileLimits(rules.at('limits'))
  const collections = compileCollections(rules.at('collections'), rules.at('jobs'))
  const jobs = compileJobs(rules.at('jobs'), collections)
  const refusals = { ...compileRefusals(rules.at('errors')), ...compileRefusals(rules.at('unmatched')) }
  const schemes = compileSchemes(rules.at('authenticate'))
  const accounts = new Map([
    ['default', {}],
    ...entries(mock['accounts']).map(([name, account]) => [name, record(account) as AccountSettings] as const),
  ])
  const tokens = compileIssuers(rules.at('tokens'), schemes, [...accounts.keys()])
  const written = compileServers(root.at('servers'))
  const servers = written.length > 0 ? written : [{ url: '', origin: '', path: '' }]
  const triggers = compileTriggers(rules.at('triggers'))
  const webhooks = compileWebhooks(rules.at('webhooks'), jobs)
  const order = compileOrder(rules.at('order'), limits)
  const { operations, lost } = compileOperations(root.at('paths'), {
    order,
    servers,
    limits,
    collections,
    jobs,
    issuers: tokens,
    refusals,
    idempotency: compileIdempotency(rules.at('idempotency')),
    triggers,
    validate: rules.at('validate'),
    envelopes: compileEnvelopes(rules.at('envelopes')),
    levels: compileLevels(rules.at('authorize')),
    webhooks,
    isProven,
  })
  if (!options.tools.parseXml) reportXml(operations.values(), root, flaw)
  if (!isProven) checkTriggers(triggers, operations)
  const dialects = compileDialects(rules.at('dialects'), options.dialects ?? noDialects)
  const routes = routesOf(operations.values())
  const vendor: Vendor = {
    name,
    title: asString(record(document.info)['title']) ?? options.name,
    facts: asString(mock['facts']),
    variables: new Map(entries(mock['variables']) as Array<[string, VendorFact]>),
    file: source.file,
    dialect: dialects && (options.dialect ?? dialects.base),
    dialects,
    servers,
    secondOrigins: secondOrigins(servers, operations.values()),
    operations,
    router: createRouter(routes),
    variants: variantsIn(routes, root),
    unmatchedStages: stagesOf(order),
    schemes,
    alone: [...schemes.values()].find((scheme) => scheme.alone),
    tokens,
    isShared: isShared([...operations.values()]),
    keys: mock['keys'] === 'listed' ? 'listed' : undefined,
    plans: new Map(entries(mock['plans']).map(([name, plan]) => [name, record(plan)])),
    accounts,
    limits: limits.map((entry) => entry.limit),
    unmatchedLimits: limits.filter(({ on }) => on === undefined).map((entry) => entry.limit),
    headers: compileHeaderRules(rules.at('headers')),
    collections,
    jobs,
    webhooks,
    plainWebhooks: once(() => compilePlainWebhooks(root.at('webhooks'), webhooks)),
    conduct: compileConduct(rules.at('conduct'), operations),
    isWatched: webhooks.size > 0 || [...operations.values()].some(reportsJobs),
    errors: root.context.errors,
    refusals,
    schemas: createSchemas(document, {
      version: openapiVersion(document),
      lenient: options.lenient,
    }),
    parseXml: options.tools.parseXml,
    tables: tablesOf(name),
    flaws,
    lost: lostPaths(lost, servers),
    reads: fieldReader(document),
    referencePage: once(() => encodeText(referencePage(document, (key) => METHODS.has(key)))),
    assumptions: () => collectAssumptions(document),
    sources: () => collectSources(document),
  }
  if (!isProven) lintStructure(rules, vendor)
  if (!isProven && dialects && options.dialect !== undefined) lintDialect(rules, dialects.vendor(dialects.base), vendor)
  if (problems.some((problem) => problem.severity === 'error')) fail()
  return vendor
}

/** The names that do not exist in what is left of a document without what its grammar refuses. */
function unknownNames(source: Source, options: CompileOptions, misfits: readonly Finding[]): readonly Problem[] {
  if (misfits.some(({ pointer }) => losesNames(pointer))) return []
  try {
    compileVendor({ ...source, data: prune(source.data, misfits) }, { ...options, pruned: misfits })
    return []
  } catch (error) {
    // What fails in another way fails because of what was removed.
    return error instanceof InvalidFileError ? error.problems.filter(({ code }) => code.startsWith('unknown-')) : []
  }
}

/** Keywords of an entry whose values are names, by section. */
const NAMING: Readonly<Record<string, readonly string[]>> = {
  jobs: ['states'],
  limits: ['name'],
  collections: ['item'],
}

/** Whether names that others refer to may be gone with a value: a section, an entry of one, or what names something. */
function losesNames(pointer: string): boolean {
  const [root, section, entry, keyword, ...rest] = parsePointer(pointer)
  if (root !== 'x-mock') return false
  if (section === undefined || entry === undefined || keyword === undefined) return true
  return rest.length < 2 && nearest(keyword, NAMING[section] ?? []) !== undefined
}

/** Operations that share a path, by the default one; the others are reported. */
function variantsIn(routes: readonly SharedRoute[], root: SpecCursor): Vendor['variants'] {
  const shared = routes.filter(({ variants }) => variants.length > 1)
  const reported = new Set<Operation>()
  for (const { target, variants } of shared) {
    for (const { id, method, path } of variants.filter((other) => other !== target && !reported.has(other))) {
      const place = root.at('paths', path, method.toLowerCase())
      const message = `"${id}" and "${target.id}" are at the same path. A request goes to the one that its path, query, headers and media types fit best, else to "${target.id}".`
      root.context.flaw({ code: 'shared-path', severity: 'warning', pointer: place.pointer, message })
    }
    variants.forEach((operation) => reported.add(operation))
  }
  return shared.length === 0 ? undefined : new Map(shared.map(({ target, variants }) => [target, variants]))
}

/** Paths without usable operations, tried when no operation matches. */
function lostPaths(reasons: ReadonlyMap<string, string>, servers: readonly Server[]): UnusablePaths | undefined {
  if (reasons.size === 0) return undefined
  const router = createRouter(
    [...reasons].flatMap(([path, target]) =>
      [...new Set(servers.map((server) => server.path))].map((base) => ({
        method: 'GET',
        path: base + routeOf(path),
        target,
      })),
    ),
  )
  return { reasons, reasonOf: (path) => router.match('GET', path).found }
}

/** Whether operations cost credits while none authenticates, so that the paying account is unknown. */
function isShared(operations: readonly Operation[]): boolean {
  const isPaid = ({ charge, job }: Operation): boolean =>
    charge !== undefined || (job?.kind === 'start' && job.job.credits !== undefined)
  return operations.every(({ security }) => security.length === 0) && operations.some(isPaid)
}

function reportsJobs({ job, events, stream }: Operation): boolean {
  return (job?.kind === 'start' && job.wait !== undefined) || events !== undefined || stream !== undefined
}

function noDialects(folder: string): DialectFiles {
  return {
    folder,
    names: [],
    vendor: () => {
      throw new Error('Failed to find a dialect: this vendor has none.')
    },
  }
}

function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => (made ??= make())
}

/** Looks through values like `{$account.plan}` and, in expressions of CEL, `account.plan`. */
function fieldReader(document: SpecDocument): Vendor['reads'] {
  const known = new Map<string, ReadonlySet<string>>()
  return (root) => {
    let fields = known.get(root)
    if (!fields) {
      const pattern = new RegExp(`(?:\\$|\\b)${root}(?:\\.|#/)([A-Za-z_][\\w-]*)`, 'g')
      fields = new Set([...JSON.stringify(document).matchAll(pattern)].map(([, field]) => field!))
      known.set(root, fields)
    }
    return fields
  }
}

/** Reports XML bodies that this platform cannot read. */
function reportXml(operations: Iterable<Operation>, root: SpecCursor, flaw: SpecCursor['context']['flaw']): void {
  for (const { id, path, method, body } of operations) {
    const key = [...(body?.structured ?? [])].find(isXml)
    if (key === undefined) continue
    const { pointer } = root.at(...operationPath({ path, method }))
    const message = `bodies of ${id} in ${key} are refused: there is no reader of XML in a page. Run the mock in Node to have them read.`
    flaw({ code: 'unread-xml', pointer, message })
  }
}

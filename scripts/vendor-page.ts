import { carry, keysOf } from '../mocks/request/credential.ts'
import { curl } from '../mocks/cli/try/curl.ts'
import { buildRequest } from '../mocks/request/build-request.ts'
import { createBuilder } from '../mocks/request/builder.ts'
import { describeVendor, type LimitDetails, type VendorDetails } from '../mocks/cli/vendors/vendor-details.ts'
import type { Library } from '../mocks/load/library.ts'
import { loadScenario } from '../mocks/load/files/scenario-chain.ts'
import { createSituation, listScenarioNames } from '../mocks/load/situations.ts'
import { asRecord, entriesOf } from '../mocks/scenario/raw.ts'
import { mainScheme } from '../mocks/spec/model/issued.ts'
import type { Operation, Vendor } from '../mocks/spec/model/vendor.ts'
import type { Pair } from '../mocks/request/proof/pair.ts'

/** One dialect beside the document's own. */
export interface DialectPart {
  readonly vendor: Vendor
  /** Answers of the operations that it changes. */
  readonly pairs: readonly Pair[]
  /** Operations that it does not have. */
  readonly lost: readonly string[]
}

/** The page of one vendor in docs/vendors, in Markdown. */
export function vendorPage(
  library: Library,
  vendor: Vendor,
  pairs: readonly Pair[],
  dialects: readonly DialectPart[],
): string {
  const details = describeVendor(library, vendor)
  const mock = asRecord(asRecord(library.specOf(vendor).source.data)['x-mock'])
  return [
    `<!-- Written by \`npm run generate\` from specs/${vendor.name} and scenarios/${vendor.name}; do not edit. -->`,
    `# ${vendor.title}`,
    `The vendor \`${vendor.name}\`, as of ${vendor.facts ?? 'a day that nobody wrote down'}.`,
    table(
      ['', ''],
      [
        ['servers', details.servers.map((url) => `\`${url}\``).join(', ')],
        ['a key', keyLine(vendor)],
        ['a vendor of a test', `\`createMock({ vendors: ['${vendor.name}'] })\``],
      ],
    ),
    '## Operations',
    table(
      ['operation', 'request', 'what it does'],
      details.operations.map(({ id, method, path, summary }) => [`\`${id}\``, `\`${method} ${path}\``, summary]),
    ),
    '## Requests',
    `One of each group, to \`sparring serve ${vendor.name}\`; \`sparring try ${vendor.name} <operation>\` makes one for any other.`,
    ['```sh', ...requestLines(library, vendor), '```'].join('\n'),
    '## Answers',
    `Every documented answer can be had. Most come by themselves, as the vendor gives them; the rest are played by a scenario or asked for with the header \`Prefer\`. A test sends each of these requests.`,
    ...answerParts(pairs),
    ...dialectParts(library, details, dialects),
    '## Limits',
    details.limits.length === 0
      ? 'None.'
      : table(['limit', 'counts', 'allows', 'answers'], details.limits.map(limitRow)),
    ...tokenPart(details),
    ...eventPart(details),
    ...planPart(details),
    ...jobParts(vendor, asRecord(mock['jobs'])),
    '## Scenarios',
    table(
      ['scenario', 'what it plays', 'what a good client does'],
      listScenarioNames(library, vendor.name).map((name) => {
        const { title, client } = loadScenario(library, name)
        return [`\`${name}\``, title, client]
      }),
    ),
    '## Assumed',
    'What the mock decides, since the vendor does not document it.',
    table(
      ['where', 'what and why'],
      details.assumptions.map(({ pointer, reason, dialect }) => [
        `\`${placeOf(pointer)}\`${dialect === undefined ? '' : ` in \`${dialect}\``}`,
        reason,
      ]),
    ),
  ].join('\n\n')
}

/** A request for the plainest operation of each tag, with ids that exist. */
function requestLines(library: Library, vendor: Vendor): string[] {
  const situation = createSituation(library, new Map([[vendor.name, vendor]]), [], { dialects: new Map() })
  const builder = createBuilder(vendor, library.specOf(vendor).source, situation)
  const groups = Map.groupBy(vendor.operations.values(), ({ tags }) => tags[0] ?? '')
  return [...groups].flatMap(([tag, operations]) => {
    const [plainest] = [...operations].sort((left, right) => effort(left) - effort(right))
    const request = buildRequest(builder, plainest!)
    const line = curl(request, `http://127.0.0.1:4010/${vendor.name}`)
    return [`# ${tag === '' ? plainest!.id : `${tag}: ${plainest!.id}`}`, line]
  })
}

/** Reads before writes, and those with few parameters first. */
function effort({ method, parameters, body }: Operation): number {
  return (method === 'GET' ? 0 : 100) + (body ? 50 : 0) + parameters.filter(({ required }) => required).length
}

function dialectParts(library: Library, details: VendorDetails, dialects: readonly DialectPart[]): string[] {
  if (dialects.length === 0) return []
  const rows = details.dialects.map(({ name, title, isDefault }) => [`\`${name}\``, title, isDefault ? 'default' : ''])
  const parts = dialects.flatMap(({ vendor, pairs, lost }) => [
    `### ${vendor.dialect}`,
    [
      aboutOf(library, details, vendor),
      `\`createMock({ vendors: { ${vendor.name}: { dialect: '${vendor.dialect}' } } })\``,
    ].join(' '),
    ...(lost.length > 0 ? [`It has no ${lost.map((id) => `\`${id}\``).join(', ')}.`] : []),
    'What it changes, and how each of its answers can be had:',
    ...answerParts(pairs),
  ])
  return ['## Dialects', table(['dialect', 'what it is', ''], rows), ...parts]
}

function aboutOf(library: Library, details: VendorDetails, { dialect }: Vendor): string {
  const { file } = details.dialects.find(({ name }) => name === dialect)!
  const about = asRecord(asRecord(library.read(file).data)['info'])['description']
  return typeof about === 'string' ? about : ''
}

function keyLine(vendor: Vendor): string {
  const scheme = mainScheme(vendor)
  if (!scheme) return 'none is needed'
  const [name, value] = carry(scheme, keysOf(scheme).active)
  return `\`${name}: ${value}\``
}

/** One line for all operations that give an answer alike: most refusals are the same everywhere. */
function answerParts(pairs: readonly Pair[]): string[] {
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
  const code = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(', ')
  const others = all.filter((name) => !names.includes(name))
  if (others.length === 0) return names.length === 1 ? code(names) : 'all that document it'
  return others.length < names.length / 4 ? `all others that document it` : code(names)
}

function limitRow(limit: LimitDetails): string[] {
  const on = limit.on ? `, on ${limit.on.map((name) => `\`${name}\``).join(', ')}` : ''
  const except = limit.except.length > 0 ? `, except ${limit.except.map((name) => `\`${name}\``).join(', ')}` : ''
  return [
    `\`${limit.name}\``,
    `${limit.algorithm}, per ${limit.per.join(' and ')}${on}${except}`,
    limit.allows.map(({ plan, amount }) => (plan === null ? amount : `${plan}: ${amount}`)).join('; '),
    `\`${limit.refuse}\``,
  ]
}

function tokenPart({ tokens }: VendorDetails): string[] {
  if (tokens.length === 0) return []
  return [
    '## Tokens',
    table(
      ['scheme', 'grants', 'last', 'operations'],
      tokens.map(({ scheme, grants, tokens: lives, operations }) => [
        `\`${scheme}\``,
        grants.map((grant) => `\`${grant}\``).join(', '),
        lives.join('; '),
        operations.map((text) => text.replace(/ (.*)/, ' `$1`')).join(', '),
      ]),
    ),
  ]
}

function eventPart({ events }: VendorDetails): string[] {
  if (events.length === 0) return []
  return [
    '## Events',
    table(
      ['job', 'events', 'operations'],
      events.map(({ job, types, operations }) => [
        `\`${job}\``,
        types.map((type) => `\`${type}\``).join(', '),
        operations.map((text) => text.replace(/^(.*?):/, '`$1`:')).join('; '),
      ]),
    ),
  ]
}

function planPart(details: VendorDetails): string[] {
  const plans = Object.entries(details.plans)
  if (plans.length === 0) return []
  const rows = plans.map(([name, plan]) => {
    const { credits, ...others } = asRecord(plan)
    const { amount, every } = asRecord(credits)
    const paid =
      credits === undefined
        ? 'not counted'
        : `${String(amount)}${every === undefined ? '' : `, every ${String(every)}`}`
    const rest = Object.entries(others).map(
      ([key, value]) => `${key} ${value === null ? 'unlimited' : JSON.stringify(value)}`,
    )
    return [`\`${name}\``, paid, rest.join(', ')]
  })
  return ['## Plans and credits', table(['plan', 'credits', 'what else'], rows)]
}

function jobParts(vendor: Vendor, raw: Readonly<Record<string, unknown>>): string[] {
  if (vendor.jobs.size === 0) return []
  const parts = [...vendor.jobs.values()].flatMap((job) => {
    const node = asRecord(raw[job.name])
    const settle = asRecord(asRecord(node['credits'])['settle'])
    const rows = entriesOf(node['states']).map(([name, value]) => {
      const state = asRecord(value)
      const ways = [
        ...(state['then'] === undefined ? [] : [`\`${String(state['then'])}\``]),
        ...(Array.isArray(state['or'])
          ? state['or'].map((other) => `\`${String(other)}\` when a scenario says so`)
          : []),
        ...entriesOf(state['on']).map(([verb, target]) => `\`${String(target)}\` by ${verb}`),
      ]
      const charge = settle[name] ?? settle['default']
      const cost = charge === 'hold' || charge === undefined ? 'what was held' : String(charge)
      const isPaid = node['credits'] !== undefined && state['final'] === true
      return [`\`${name}\``, String(state['for'] ?? ''), ways.join(', ') || 'final', isPaid ? cost : '']
    })
    return [`\`${job.name}\`:`, table(['state', 'lasts', 'then', 'charged'], rows)]
  })
  return ['## Jobs', ...parts]
}

/** `components.responses.Unauthorized`, for people. */
function placeOf(pointer: string): string {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')).join(' ') || 'the document'
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

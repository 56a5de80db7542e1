import type { VendorDetails } from '../../mocks/cli/vendors/vendor-details.ts'
import { describeVendor } from '../../mocks/cli/vendors/vendor-details.ts'
import { loadScenario } from '../../mocks/load/files/scenario-chain.ts'
import type { Library } from '../../mocks/load/library.ts'
import { listScenarioNames } from '../../mocks/load/situations.ts'
import { credentialHeader, sampleKeys } from '../../mocks/request/credential.ts'
import type { Pair } from '../../mocks/request/proof/pair.ts'
import { asRecord } from '../../mocks/scenario/raw.ts'
import { mainScheme } from '../../mocks/spec/model/issued.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'
import { answerParts } from './answers.ts'
import { conductPart } from './conduct.ts'
import { type Example, examplePart } from './example.ts'
import { codes, table } from './markdown.ts'
import { requestLines } from './requests.ts'
import { eventPart, jobParts, limitRow, planPart, tokenPart } from './rules.ts'
import { setupRows } from './setup.ts'
import { statedBy, statedPart } from './stated.ts'

/** A dialect other than the document's own. */
export interface DialectPart {
  readonly vendor: Vendor
  /** Answers of the operations that it changes. */
  readonly pairs: readonly Pair[]
  /** Operations that it lacks. */
  readonly lost: readonly string[]
}

/** The input of a page, besides the vendor. */
export interface Proven {
  readonly example: Example
  readonly pairs: readonly Pair[]
  readonly dialects: readonly DialectPart[]
}

/** The page of one vendor in docs/vendors, in Markdown. */
export function vendorPage(library: Library, vendor: Vendor, { example, pairs, dialects }: Proven): string {
  const details = describeVendor(library, vendor)
  const mock = asRecord(asRecord(library.specOf(vendor).source.data)['x-mock'])
  return [
    `<!-- Written by \`npm run generate\` from specs/${vendor.name} and scenarios/${vendor.name}; do not edit. -->`,
    `# ${vendor.title}`,
    `The vendor \`${vendor.name}\`, as of ${vendor.facts ?? 'a day that nobody wrote down'}.`,
    ...examplePart(vendor, example),
    clientLine(vendor),
    table(
      ['', ''],
      [
        ['servers', codes(details.servers)],
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
    ...conductPart(vendor),
    '## What a scenario can set up',
    `Each example is a part of [a scenario](../scenario-language.md) as it stands, and of \`mock.play('${happyPathOf(library, vendor)}', { … })\`. Under \`data\`, a key that is new is a new item, and one that is there is changed; whatever is left out is made up.`,
    table(['what', 'what there is', 'an example'], setupRows(library, vendor, mock)),
    '## Scenarios',
    table(
      ['scenario', 'what it plays', 'what a good client does'],
      listScenarioNames(library, vendor.name).map((name) => {
        const { title, client } = loadScenario(library, name)
        return [`\`${name}\``, title, client]
      }),
    ),
    ...statedPart(statedBy(library, vendor)),
  ].join('\n\n')
}

function clientLine({ name }: Vendor): string {
  const folder = `../../examples/clients/${name}`
  return `[A small client](${folder}/client.ts) shows how to treat this API, and [its tests](${folder}/client.test.ts) take it through bad days.`
}

/** The scenario that the vendor's other scenarios extend. */
function happyPathOf(library: Library, { name }: Vendor): string {
  const names = listScenarioNames(library, name)
  return names.find((entry) => entry.endsWith('/happy-path')) ?? names[0] ?? name
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
    ...(lost.length > 0 ? [`It has no ${codes(lost)}.`] : []),
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
  const [name, value] = credentialHeader(scheme, sampleKeys(scheme).active)
  return `\`${name}: ${value}\``
}

import { issuedSecret } from '../../behaviour/webhooks/subscribe.ts'
import { createLibrary, type Library } from '../../load/library.ts'
import { DEFAULT_TAG, mainScheme } from '../../spec/model/issued.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { Arguments } from '../arguments.ts'
import { assumptionsOf } from '../check/assumptions.ts'
import { kindsOf } from '../../connect/mock/issued-keys.ts'
import { sampleKeys } from '../../request/credential.ts'
import { columns, json, type Print } from '../print.ts'
import { describeVendor } from './vendor-details.ts'
import { printVendor } from './vendor-page.ts'

/** `sparring vendors [VENDOR|FILE]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const library = createLibrary()
  const [name] = args.words
  if (name !== undefined) {
    const details = describeVendor(library, library.vendor(name))
    if (args.on('json')) print.out(json(details))
    else printVendor(details, print)
    return 0
  }
  const vendors = library
    .vendorNames()
    .sort()
    .map((entry) => library.vendor(entry))
  if (args.on('json')) print.out(json({ vendors: vendors.map((vendor) => summarize(library, vendor)) }))
  else printTable(library, vendors, print)
  return 0
}

function summarize(library: Library, vendor: Vendor) {
  const scheme = mainScheme(vendor)
  return {
    name: vendor.name,
    title: vendor.title,
    facts: vendor.facts ?? null,
    operations: vendor.operations.size,
    limits: vendor.limits.map((limit) => limit.name),
    dialects: vendor.dialects?.names ?? [],
    assumptions: assumptionsOf(library, vendor).length,
    credentials: scheme ? { ...sampleKeys(scheme), webhookSecret: issuedSecret(DEFAULT_TAG) } : null,
  }
}

function printTable(library: Library, vendors: readonly Vendor[], print: Print): void {
  const rows = vendors.map((vendor) => {
    const facts = summarize(library, vendor)
    return [
      vendor.name,
      vendor.title,
      vendor.facts ?? '-',
      String(facts.operations),
      String(facts.limits.length),
      String(facts.assumptions),
      facts.dialects.join(', ') || '-',
      sentinels(vendor),
    ]
  })
  const [head, ...lines] = columns(
    [['NAME', 'TITLE', 'FACTS OF', 'OPERATIONS', 'LIMITS', 'ASSUMPTIONS', 'DIALECTS', 'KEYS MAY END IN'], ...rows],
    { right: [3, 4, 5] },
  )
  print.out(print.paint('bold', head!))
  for (const line of lines) print.out(line)
  print.out('\nAll about one: sparring vendors NAME')
}

/** `sk_live_… revoked, expired, unknown, broke, limited, down, slow` */
function sentinels(vendor: Vendor): string {
  const scheme = mainScheme(vendor)
  if (!scheme) return 'no key is needed'
  const shape = scheme.format?.template.replace('{tag}', '…') ?? '…'
  return `${shape} ${kindsOf(vendor)
    .filter((kind) => kind !== 'active')
    .join(', ')}`
}

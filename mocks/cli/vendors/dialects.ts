import type { VendorOptions } from '../../connect/mock/api/mock-options.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { InvalidFileError } from '../../spec/problems/problem.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { type Arguments, UsageError } from '../arguments.ts'

/**
 * Reads `--dialect legacy --dialect seek=usd`; a name without a vendor applies to every vendor that has the dialect.
 *
 * @returns dialects by vendor
 * @throws {@link UsageError} for a dialect that none of the vendors has
 */
export function dialectsOf(
  args: Arguments,
  vendors: ReadonlyMap<string, Vendor>,
  command: string,
): Map<string, string> {
  const chosen = new Map<string, string>()
  const source = args.source('dialect')
  for (const text of args.list('dialect')) {
    const [, named, dialect] = /^(?:([a-z][a-z0-9-]*)=)?(.*)$/.exec(text) as unknown as [string, string?, string?]
    if (named !== undefined && !vendors.has(named)) {
      const message = `${source} is "${text}", and ${command} was asked for ${[...vendors.keys()].join(', ')}.`
      throw new UsageError(message + didYouMean(named, vendors.keys()), command)
    }
    const asked = named === undefined ? [...vendors.values()] : [vendors.get(named)!]
    const having = asked.filter((vendor) => vendor.dialects?.names.includes(dialect!))
    if (having.length === 0) {
      const known = asked.flatMap((vendor) => vendor.dialects?.names ?? [])
      const whose = asked.map(({ name }) => name).join(', ')
      const message = `${source} is "${text}", and "${dialect!}" is not a dialect of ${whose}.`
      throw new UsageError(message + (known.length === 0 ? ' There are none.' : didYouMean(dialect!, known)), command)
    }
    for (const { name } of having) chosen.set(name, dialect!)
  }
  return chosen
}

/** Options of a vendor with a dialect. */
export function optionsFor(dialect: string | undefined): VendorOptions {
  return dialect === undefined ? {} : { dialect }
}

/** The vendor in each valid dialect. `sparring check` reports invalid ones. */
export function validDialects(vendor: Vendor): Vendor[] {
  return (vendor.dialects?.names ?? []).flatMap((name) => {
    try {
      return [dialectVendor(vendor, name)]
    } catch (error) {
      if (error instanceof InvalidFileError) return []
      throw error
    }
  })
}

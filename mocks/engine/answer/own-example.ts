import type { Example, Refusal, ResponseSpec } from '../../spec/model/response.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'

/**
 * Chooses the example that fits an operation, for an error requested by its status or its response's name alone: one
 * that the operation refuses with, else one that no operation names, else the first.
 */
export function ownExample(vendor: Vendor, operation: Operation | undefined, spec: ResponseSpec): Example | undefined {
  const { examples, name } = spec
  const first = examples.values().next().value
  if (!operation || examples.size < 2 || name === undefined) return first
  const isNamedIn = (refusals: ReadonlySet<string>) => (example: Example) => refusals.has(`${name}#${example.name}`)
  const all = [...examples.values()]
  const { own, fallback } = refusalsOf(vendor, operation)
  return (
    all.find(isNamedIn(own)) ??
    all.find(isNamedIn(fallback)) ??
    all.find((example) => !isNamedIn(namedRefusals(vendor))(example)) ??
    first
  )
}

interface Named {
  /** Refusals of the operation, of the job it starts and of the items in its path. */
  readonly own: ReadonlySet<string>
  /** Refusals where the path or the method is not found. */
  readonly fallback: ReadonlySet<string>
}

const byOperation = new WeakMap<Operation, Named>()

function refusalsOf(vendor: Vendor, operation: Operation): Named {
  let named = byOperation.get(operation)
  if (!named) {
    const { path, method } = operation.refusals
    named = { own: namesOf(ownRefusals(vendor, operation)), fallback: namesOf([path, method]) }
    byOperation.set(operation, named)
  }
  return named
}

const byVendor = new WeakMap<Vendor, ReadonlySet<string>>()

/** Refusals that some operation names. */
function namedRefusals(vendor: Vendor): ReadonlySet<string> {
  let names = byVendor.get(vendor)
  if (!names) {
    names = new Set([...vendor.operations.values()].flatMap((operation) => [...refusalsOf(vendor, operation).own]))
    byVendor.set(vendor, names)
  }
  return names
}

function ownRefusals(vendor: Vendor, operation: Operation): ReadonlyArray<Refusal | undefined> {
  const { job, collection, tokens, limits, guard, authorize, items, refusals, security, codeRefusals } = operation
  const { path: _path, method: _method, ...others } = refusals
  const schemes = security.flat().flatMap((name) => vendor.schemes.get(name) ?? [])
  return [
    ...guard.map(({ refuse }) => refuse),
    ...(job?.kind === 'start' ? [job.job.credits?.refuse, job.wait?.late] : [job?.refuse]),
    collection?.exists?.refuse,
    collection?.page?.refuse,
    ...(tokens?.refuse.values() ?? []),
    ...codeRefusals,
    ...authorize.map(({ refuse }) => refuse),
    ...[...items.values()].map(({ notFound }) => notFound),
    ...limits.map(({ refuse }) => refuse),
    ...schemes.flatMap((scheme) => [...Object.values(scheme.refuse), scheme.acting?.refuse, scheme.alone]),
    ...Object.values<Refusal | undefined>(others),
  ]
}

function namesOf(refusals: ReadonlyArray<Refusal | undefined>): ReadonlySet<string> {
  return new Set(refusals.flatMap((refusal) => (refusal ? [refusal.name] : [])))
}

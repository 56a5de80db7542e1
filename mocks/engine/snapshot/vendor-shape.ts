import type { Vendor } from '../../spec/model/vendor.ts'
import { canonical, hash } from '../../state/hash.ts'

/** A hash of each part of a vendor's document that the meaning of its rows depends on. */
export type VendorShape = Readonly<Record<ShapePart, string>>

export const SHAPE_PARTS = ['jobs', 'limits', 'collections', 'webhooks', 'tokens'] as const

export type ShapePart = (typeof SHAPE_PARTS)[number]

const known = new WeakMap<Vendor, VendorShape>()

export function vendorShape(vendor: Vendor): VendorShape {
  let shape = known.get(vendor)
  if (!shape) known.set(vendor, (shape = readShape(vendor)))
  return shape
}

function readShape(vendor: Vendor): VendorShape {
  const { jobs, limits, collections, webhooks, tokens } = vendor
  return {
    jobs: hashOf([...jobs.values()].map(({ name, initial, states }) => [name, initial, [...states.keys()]])),
    limits: hashOf(limits.map(({ name, algorithm }) => [name, algorithm])),
    collections: hashOf([...collections.values()].map(({ name, key, owner, within }) => [name, key, owner, within])),
    webhooks: hashOf([...webhooks.keys()]),
    tokens: hashOf(
      [...tokens.values()].map(({ name, access, refresh }) => [name, access.template, refresh.format.template]),
    ),
  }
}

function hashOf(part: readonly unknown[]): string {
  return hash(canonical(part))
}

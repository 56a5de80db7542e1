import { expect, test } from 'vitest'
import { singular } from '../../../mocks/spec/values/singular.ts'

test.for([
  ['workers', 'worker'],
  ['entities', 'entity'],
  ['addresses', 'address'],
  ['boxes', 'box'],
  ['batches', 'batch'],
  ['searches', 'search'],
  ['statuses', 'status'],
  ['houses', 'house'],
  ['databases', 'database'],
  ['bookings', 'booking'],
  ['status', 'status'],
  ['analysis', 'analysis'],
  ['settings', 'settings'],
  ['series', 'series'],
  ['ids', 'id'],
  ['ties', 'tie'],
  ['news', 'news'],
  ['pet', 'pet'],
] as const)('one of %s is a %s', ([many, one]) => {
  expect(singular(many)).toBe(one)
})

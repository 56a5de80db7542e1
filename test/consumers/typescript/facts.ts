import type { MockServer } from 'sparring'

export type VendorFacts = MockServer['vendors']

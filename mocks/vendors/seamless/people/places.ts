/* Vendor code because a place is drawn for each company and contact, and all its fields have to agree. */
export interface Place {
  readonly city: string
  readonly state: string
  readonly stateAbbr: string
  readonly postCode: string
  readonly country: string
  readonly alpha2: string
  readonly alpha3: string
  readonly numeric: number
  readonly timezone: string
  readonly offset: string
  readonly zone: string
  /** Area codes; with 555-01xx after one, no telephone is reached. */
  readonly area: string
}

const US = { country: 'United States', alpha2: 'US', alpha3: 'USA', numeric: 840 }
const CANADA = { country: 'Canada', alpha2: 'CA', alpha3: 'CAN', numeric: 124 }
const EASTERN = { timezone: 'Eastern (EST)', offset: '-5.00', zone: 'EST' }
const CENTRAL = { timezone: 'Central (CST)', offset: '-6.00', zone: 'CST' }
const PACIFIC = { timezone: 'Pacific (PST)', offset: '-8.00', zone: 'PST' }

export const PLACES: readonly Place[] = [
  { city: 'Columbus', state: 'Ohio', stateAbbr: 'OH', postCode: '43215', area: '614', ...US, ...EASTERN },
  { city: 'San Francisco', state: 'California', stateAbbr: 'CA', postCode: '94107', area: '415', ...US, ...PACIFIC },
  { city: 'Sacramento', state: 'California', stateAbbr: 'CA', postCode: '95814', area: '916', ...US, ...PACIFIC },
  { city: 'New York', state: 'New York', stateAbbr: 'NY', postCode: '10012', area: '212', ...US, ...EASTERN },
  { city: 'Austin', state: 'Texas', stateAbbr: 'TX', postCode: '78701', area: '512', ...US, ...CENTRAL },
  { city: 'Chicago', state: 'Illinois', stateAbbr: 'IL', postCode: '60607', area: '312', ...US, ...CENTRAL },
  { city: 'Portland', state: 'Oregon', stateAbbr: 'OR', postCode: '97205', area: '503', ...US, ...PACIFIC },
  { city: 'Toronto', state: 'Ontario', stateAbbr: 'ON', postCode: 'M5V 2T6', area: '416', ...CANADA, ...EASTERN },
  {
    city: 'Vancouver',
    state: 'British Columbia',
    stateAbbr: 'BC',
    postCode: 'V6B 1A1',
    area: '604',
    ...CANADA,
    ...PACIFIC,
  },
]

/** A city with matching data, so that the fields of an address agree. */
export interface Place {
  readonly city: string
  readonly state: string
  readonly stateCode: string
  readonly zip: string
  readonly timeZone: string
  readonly latitude: number
  readonly longitude: number
  /** Area code; numbers are unreachable through 555-01xx, which is reserved for fiction. */
  readonly areaCode: string
}

const place = (row: string): Place => {
  const [city, state, stateCode, zip, zone, latitude, longitude, areaCode] = row.split('|') as [string, ...string[]]
  return {
    city,
    state: state!,
    stateCode: stateCode!,
    zip: zip!,
    timeZone: zone!,
    latitude: Number(latitude),
    longitude: Number(longitude),
    areaCode: areaCode!,
  }
}

export const places: readonly Place[] = [
  'Washington|District of Columbia|DC|20001|America/New_York|38.9072|-77.0369|202',
  'Seattle|Washington|WA|98101|America/Los_Angeles|47.6062|-122.3321|206',
  'New York|New York|NY|10001|America/New_York|40.7128|-74.006|212',
  'Denver|Colorado|CO|80202|America/Denver|39.7392|-104.9903|303',
  'Chicago|Illinois|IL|60601|America/Chicago|41.8781|-87.6298|312',
  'Atlanta|Georgia|GA|30303|America/New_York|33.749|-84.388|404',
  'San Francisco|California|CA|94103|America/Los_Angeles|37.7749|-122.4194|415',
  'Portland|Oregon|OR|97201|America/Los_Angeles|45.5152|-122.6784|503',
  'Austin|Texas|TX|78701|America/Chicago|30.2672|-97.7431|512',
  'Boston|Massachusetts|MA|02108|America/New_York|42.3601|-71.0589|617',
  'Las Vegas|Nevada|NV|89101|America/Los_Angeles|36.1716|-115.1391|702',
  'Honolulu|Hawaii|HI|96813|Pacific/Honolulu|21.3069|-157.8583|808',
].map(place)

/** Countries with their codes (ISO 3166-1) and currencies (ISO 4217), for objects that describe a country. */
export interface Country {
  readonly name: string
  readonly alpha2: string
  readonly alpha3: string
  readonly currency: string
}

export const countries: readonly Country[] = [
  'United States|US|USA|USD',
  'Canada|CA|CAN|CAD',
  'Brazil|BR|BRA|BRL',
  'France|FR|FRA|EUR',
  'Germany|DE|DEU|EUR',
  'Spain|ES|ESP|EUR',
  'Poland|PL|POL|PLN',
  'Japan|JP|JPN|JPY',
  'India|IN|IND|INR',
  'Kenya|KE|KEN|KES',
  'Australia|AU|AUS|AUD',
  'Norway|NO|NOR|NOK',
].map((row) => {
  const [name, alpha2, alpha3, currency] = row.split('|') as [string, string, string, string]
  return { name, alpha2, alpha3, currency }
})

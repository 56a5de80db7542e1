import { readdirSync } from 'node:fs'
import { root } from '../processes/cli.ts'

/** Names of all scenarios of a vendor, without the vendor's. */
export function scenariosOf(vendor: string): readonly string[] {
  return readdirSync(`${root}scenarios/${vendor}`)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
}

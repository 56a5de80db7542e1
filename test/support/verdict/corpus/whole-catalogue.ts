import { readdirSync } from 'node:fs'
import { type Finding, type MockServer, type MockSession, startServer } from 'sparring'
import { root } from '../../processes/cli.ts'
import { type Journey, JOURNEYS } from './journeys.ts'
import type { Place } from './travel.ts'

/** The vendors' own durations are divided by this: programs of the corpus really sleep. */
const PACE = 200

/** One scenario of the catalogue, where a program meets it. */
export interface Setting extends Place {
  readonly scenario: string
  readonly journey: Journey
}

/** A client that goes through settings, and comes back when it has done with all of them. */
export type Traveller = (settings: readonly Setting[]) => Promise<void>

/**
 * Lets one client go through all scenarios of the catalogue, each in a session of its own on one server.
 *
 * @returns the errors that it has earned, as `scenario code` each
 */
export async function throughCatalogue(travel: Traveller): Promise<ReadonlyMap<string, Finding>> {
  const vendors = Object.keys(JOURNEYS)
  await using server = await startServer({ vendors, port: 0, pace: PACE })
  const all = vendors.flatMap((vendor) => openSessions(server, vendor))
  await travel(all.map(({ setting }) => setting))
  const found = new Map<string, Finding>()
  for (const { setting, session } of all) {
    for (const finding of session.findings({ severity: 'error', final: true }))
      found.set(`${setting.scenario} ${finding.code}`, finding)
  }
  return found
}

function openSessions(
  server: MockServer,
  vendor: string,
): ReadonlyArray<{ readonly setting: Setting; readonly session: MockSession }> {
  return readdirSync(`${root}/scenarios/${vendor}`)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const name = file.slice(0, -'.yaml'.length)
      const id = `${vendor}.${name}`
      const session = server.mock.session({ id, scenario: `${vendor}/${name}` as never })
      const { active } = session.credentials(vendor)
      const url = `${server.url}/s/${id}/${vendor}`
      return { session, setting: { scenario: `${vendor}/${name}`, journey: JOURNEYS[vendor]!, url, key: active } }
    })
}

/** Settings that one client goes through at the same time, so that one that waits does not keep the others back. */
const WIDTH = 60

/** Goes through settings side by side. */
export function sideBySide(go: (setting: Setting) => Promise<void>): Traveller {
  return async (settings) => {
    const left = [...settings]
    const worker = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) await go(next)
    }
    await Promise.all(Array.from({ length: WIDTH }, worker))
  }
}

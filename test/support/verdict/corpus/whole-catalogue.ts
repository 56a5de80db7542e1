import { type Finding, type MockServer, type MockSession, startServer } from 'sparring'
import { scenariosOf } from '../scenarios.ts'
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

/** A server of all vendors that programs of the corpus go through. */
export function startCatalogue(): Promise<MockServer> {
  return startServer({ vendors: Object.keys(JOURNEYS), port: 0, pace: PACE })
}

/**
 * Lets one client go through all scenarios of the catalogue, each in its own session.
 *
 * @param client - tells its sessions from those of other clients on the server
 * @returns the errors that it has earned, as `scenario code` each
 */
export async function throughCatalogue(
  server: MockServer,
  client: string,
  travel: Traveller,
): Promise<ReadonlyMap<string, Finding>> {
  const all = Object.keys(JOURNEYS).flatMap((vendor) => openSessions(server, client, vendor))
  // Those that take half a minute begin at once.
  const isSlow = ({ scenario }: Setting): boolean => scenario.endsWith('/slow-body')
  const settings = all.map(({ setting }) => setting)
  await travel([...settings.filter(isSlow), ...settings.filter((setting) => !isSlow(setting))])
  const found = new Map<string, Finding>()
  for (const { setting, session } of all) {
    for (const finding of session.findings({ severity: 'error', final: true }))
      found.set(`${setting.scenario} ${finding.code}`, finding)
  }
  return found
}

function openSessions(
  server: MockServer,
  client: string,
  vendor: string,
): ReadonlyArray<{ readonly setting: Setting; readonly session: MockSession }> {
  return scenariosOf(vendor).map((name) => {
    const id = `${client}.${vendor}.${name}`
    const session = server.mock.session({ id, scenario: `${vendor}/${name}` as never })
    const { active } = session.credentials(vendor)
    const url = `${server.url}/s/${id}/${vendor}`
    return { session, setting: { scenario: `${vendor}/${name}`, journey: JOURNEYS[vendor]!, url, key: active } }
  })
}

/** Settings that one client goes through at the same time, so that one that waits does not keep the others back. */
export const WIDTH = 40

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

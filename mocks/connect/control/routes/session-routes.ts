import type { Session } from '../../../engine/session/session.ts'
import { readSnapshot } from '../../../engine/snapshot/read-snapshot.ts'
import { isoText } from '../../../spec/values/instants.ts'
import { printableValue } from '../../../state/printable.ts'
import { factsOf } from '../../server/environment.ts'
import { badRequest, ControlError } from '../problem.ts'
import { objectFields, readText } from '../read.ts'
import { checkScenarios, readScenarios } from '../read-scenarios.ts'
import { chosenSession, type ControlHost, namedSession, ok, type Route } from '../route.ts'
import { reportOf } from './verdict-routes.ts'

/** In bytes; the journal, most of a session's memory, is not part of a snapshot. */
const MOST_OF_A_SNAPSHOT = 64 * 1024 * 1024

/** Opens, describes, resets and closes sessions. */
export const sessionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/sessions',
    run: async ({ sessions, placing }) => {
      const own = [...sessions.all.values()].map(describe)
      return ok(placing ? await placing.describeAll(own) : own)
    },
  },
  {
    method: 'POST',
    path: '/sessions',
    run: (host, { body }) => {
      const fields = objectFields(body, ['id', 'scenario'])
      const id = fields['id'] === undefined ? undefined : readId(fields, host)
      const scenario = fields['scenario'] === undefined ? undefined : readScenarios(host, fields, 'scenario')
      const opened = host.mock.session({ ...(id !== undefined && { id }), ...(scenario && { scenario }) })
      host.idle.watch(host.sessions.all.get(opened.id)!)
      return {
        status: 201,
        body: details(host, opened.id),
        headers: ['location', `/__sparring/sessions/${encodeURIComponent(opened.id)}`],
      }
    },
  },
  {
    method: 'GET',
    path: '/sessions/{id}',
    run: (host, { params }) => ok(details(host, params['id']!)),
  },
  {
    method: 'DELETE',
    path: '/sessions/{id}',
    run: (host, { params, body }) => {
      objectFields(body, [])
      const { session, api } = namedSession(host, params['id']!)
      if (session.id === 'default')
        throw badRequest('The default session stays open; POST /__sparring/reset empties it.')
      const { report } = reportOf(host, session, true)
      api.close()
      return ok(report)
    },
  },
  {
    method: 'GET',
    path: '/snapshot',
    run: (host, call) => ok(chosenSession(host, call).api.snapshot()),
  },
  {
    method: 'PUT',
    path: '/snapshot',
    maxBody: MOST_OF_A_SNAPSHOT,
    run: (host, call) => {
      const { session, api } = chosenSession(host, call)
      const snapshot = readSnapshot(call.body)
      // A snapshot may name scenario files; only those that may be played over HTTP are read.
      for (const { names } of snapshot.plays) checkScenarios(host, names)
      api.restore(snapshot)
      return ok(describe(session))
    },
  },
  {
    method: 'POST',
    path: '/reset',
    run: (host, call) => {
      objectFields(call.body, [])
      const { session, api } = chosenSession(host, call)
      api.reset()
      return ok(describe(session))
    },
  },
]

function describe(session: Session) {
  const { id, situation, clock, count, held, working } = session
  return {
    id,
    scenario: [...situation.vendors.values()].map((vendor) => vendor.scenario),
    clock: { now: clock.now(), frozen: clock.frozen() },
    exchanges: count,
    held: held.size,
    working,
  }
}

function details(host: ControlHost, id: string): object {
  const { session, api } = namedSession(host, id)
  const expires = host.idle.expires(session)
  const urls = host.urls(id === 'default' ? undefined : id)
  return {
    ...describe(session),
    expires: expires === undefined ? null : isoText(expires),
    vendors: factsOf(host.mock.vendors, api, urls),
    credentials: Object.fromEntries(host.mock.vendors.map((vendor) => [vendor, api.credentials(vendor)])),
    urls,
  }
}

function readId(fields: Readonly<Record<string, unknown>>, host: ControlHost): string {
  const id = readText(fields, 'id')
  if (!/^[\w.~-]{1,64}$/.test(id)) {
    throw badRequest(
      `"id" is ${printableValue(id)}; send up to 64 letters, digits and . _ ~ -, which need no encoding in a URL.`,
    )
  }
  if (host.sessions.all.has(id)) throw new ControlError(409, 'conflict', `The session "${id}" is already open.`)
  return id
}

import type { Session } from '../../../engine/session/session.ts'
import { printableValue } from '../../../state/printable.ts'
import type { ScenarioChanges } from '../../mock/api/changes.ts'
import { badRequest, orConflict } from '../problem.ts'
import { readCount, objectFields, readText } from '../read.ts'
import { chosenSession, NOTHING, ok, type Route } from '../route.ts'
import { readScenarios } from '../read-scenarios.ts'

/** The scenarios that are played, and the overrides of a test. */
export const scenarioRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/scenario',
    run: (host, call) => ok(describe(chosenSession(host, call).session)),
  },
  {
    method: 'PUT',
    path: '/scenario',
    run: (host, call) => {
      const { session, api } = chosenSession(host, call)
      const fields = objectFields(call.body, ['names', 'changes', 'fresh'])
      const { changes = {}, fresh = false } = fields
      if (changes === null || typeof changes !== 'object' || Array.isArray(changes)) {
        throw badRequest(`"changes" is ${printableValue(changes)}; send an object with keys of a scenario file.`)
      }
      if (typeof fresh !== 'boolean') throw badRequest(`"fresh" is ${printableValue(fresh)}; send true or false.`)
      api.play(readScenarios(host, fields, 'names'), changes as ScenarioChanges, { fresh })
      return ok(describe(session))
    },
  },
  {
    method: 'POST',
    path: '/next',
    run: (host, call) => {
      const { api } = chosenSession(host, call)
      const fields = objectFields(call.body, ['vendor', 'operation', 'error', 'times'])
      const { error } = fields
      const times = readCount(fields['times'], 'times', 1) ?? 1
      const what = typeof error === 'number' ? error : readText(fields, 'error')
      api.next(readText(fields, 'vendor'), readText(fields, 'operation'), what, { times })
      return NOTHING
    },
  },
  {
    method: 'POST',
    path: '/verbs',
    run: async (host, call) => {
      const { api } = chosenSession(host, call)
      const fields = objectFields(call.body, ['vendor', 'id', 'verb'])
      const [vendor, id, verb] = [readText(fields, 'vendor'), readText(fields, 'id'), readText(fields, 'verb')]
      await orConflict(() => api.do(vendor, id, verb))
      return NOTHING
    },
  },
]

function describe({ id, situation }: Session): object {
  return {
    session: id,
    names: situation.names,
    vendors: Object.fromEntries([...situation.vendors].map(([name, vendor]) => [name, vendor.scenario])),
    dialects: Object.fromEntries(
      [...situation.vendors].flatMap(([name, { dialect }]) => (dialect === undefined ? [] : [[name, dialect]])),
    ),
    seed: situation.seed,
    pace: situation.pace,
  }
}

import { SEVERITIES } from '../../../spec/conduct/conduct.ts'
import { printableValue } from '../../../state/printable.ts'
import type { FindingSeverity } from '../../../verdict/finding.ts'
import { badRequest } from '../problem.ts'
import { readFields, readText } from '../read.ts'
import { chosenSession, NOTHING, ok, type Route } from '../route.ts'

/** What the client did wrong, and which answers it has met. */
export const verdictRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/findings',
    run: (host, call) => {
      const { session, api } = chosenSession(host, call)
      const { query } = call
      const findings = api.findings({
        ...given('code', query.get('code')),
        ...given('vendor', query.get('vendor')),
        ...given('operation', query.get('operation')),
        ...given('scope', query.get('scope')),
        ...given('severity', readSeverity(query.get('severity'))),
        final: query.get('final') === 'true',
      })
      return ok({ findings, judged: session.count - session.journal.dropped(), notJudged: session.journal.dropped() })
    },
  },
  {
    method: 'GET',
    path: '/coverage',
    run: ({ mock }) => ok(mock.coverage()),
  },
  {
    method: 'PUT',
    path: '/scope',
    run: (host, call) => {
      const fields = readFields(call.body, ['name'])
      chosenSession(host, call).api.scope(readText(fields, 'name'))
      return NOTHING
    },
  },
]

function given<Name extends string, Value>(name: Name, value: Value | null | undefined): { [Key in Name]?: Value } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value })
}

function readSeverity(text: string | null): FindingSeverity | undefined {
  if (text === null) return undefined
  const found = SEVERITIES.find((severity) => severity === text)
  if (found && found !== 'off') return found
  throw badRequest(`"severity" is ${printableValue(text)}; send info, warning or error.`)
}

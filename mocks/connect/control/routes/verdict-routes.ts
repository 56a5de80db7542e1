import type { Session } from '../../../engine/session/session.ts'
import { packageVersion } from '../../../load/files/package-root.ts'
import { type Format, FORMATS, type Run } from '../../../report/formats.ts'
import { PAGE_POLICY } from '../../../report/html.ts'
import { mediaTypeOf } from '../../../spec/media/media-type.ts'
import { negotiate } from '../../../spec/media/negotiate.ts'
import { printableValue } from '../../../state/printable.ts'
import { FINDING_SEVERITIES, type FindingSeverity } from '../../../verdict/finding.ts'
import { runOf } from '../../mock/gather.ts'
import { badRequest } from '../problem.ts'
import { objectFields, readText } from '../read.ts'
import { chosenSession, type ControlCall, type ControlHost, NOTHING, ok, type Route } from '../route.ts'

/** Findings on the client, and coverage of the vendors' answers. */
export const verdictRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/findings',
    query: ['code', 'vendor', 'operation', 'scope', 'severity', 'final'],
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
    run: async ({ coverageOf, meter, placing }) => ok(coverageOf((await placing?.met()) ?? meter.read())),
  },
  {
    method: 'GET',
    path: '/report',
    query: ['format', 'final'],
    run: (host, call) => {
      const { session } = chosenSession(host, call)
      const { mediaType, write } = wantedFormat(call)
      const text = write(reportOf(host, session, call.query.get('final') === 'true'))
      const policy = mediaType.startsWith('text/html') ? ['content-security-policy', PAGE_POLICY] : []
      return {
        status: 200,
        body: undefined,
        text,
        headers: [
          'content-type',
          mediaType,
          'x-content-type-options',
          'nosniff',
          'cache-control',
          'no-store',
          ...policy,
        ],
      }
    },
  },
  {
    method: 'PUT',
    path: '/scope',
    run: (host, call) => {
      const fields = objectFields(call.body, ['name'])
      chosenSession(host, call).api.scope(readText(fields, 'name'))
      return NOTHING
    },
  },
]

/** The report of a session; `failOn` has no effect over HTTP. */
export function reportOf(host: ControlHost, session: Session, isOver: boolean): Run {
  return runOf(session, host.judged, isOver, { version: packageVersion(), failOn: 'error' })
}

/** The format in the query, else the one that the `accept` header prefers; JSON by default. */
function wantedFormat({ query, accept }: ControlCall): Format {
  const name = query.get('format')
  if (name !== null) {
    const format = FORMATS.get(name)
    if (format) return format
    throw badRequest(`"format" is ${printableValue(name)}; send ${[...FORMATS.keys()].join(', ')}.`)
  }
  const offers = [...FORMATS.values()].map((format) => ({
    mediaType: mediaTypeOf(format.mediaType)!,
    range: undefined,
    canBe: () => true,
    format,
  }))
  return negotiate(accept.replaceAll('text/xml', 'application/xml'), offers)?.offer.format ?? FORMATS.get('json')!
}

function given<Name extends string, Value>(name: Name, value: Value | null | undefined): { [Key in Name]?: Value } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value })
}

function readSeverity(text: string | null): FindingSeverity | undefined {
  if (text === null) return undefined
  const found = FINDING_SEVERITIES.find((severity) => severity === text)
  if (found) return found
  throw badRequest(`"severity" is ${printableValue(text)}; send info, warning or error.`)
}

import { webhookNames } from '../../../engine/jobs/trigger.ts'
import { usableErrors } from '../../../scenario/errors.ts'
import { mainScheme } from '../../../spec/model/issued.ts'
import type { Vendor } from '../../../spec/model/vendor.ts'
import { packageVersion } from '../../../load/files/package-root.ts'
import { loadScenario } from '../../../load/files/scenario-chain.ts'
import { listScenarioNames } from '../../../load/situations.ts'
import { didYouMean } from '../../../spec/problems/nearest.ts'
import { InvalidFileError } from '../../../spec/problems/problem.ts'
import { UnknownNameError } from '../../../load/unknown-name.ts'
import { toProblem } from '../problem.ts'
import { kindsOf } from '../../mock/issued-keys.ts'
import { objectFields } from '../read.ts'
import { type ControlHost, ok, type Route } from '../route.ts'

/** The state of the server, its vendors and scenarios. */
export const serverRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/health',
    run: ({ uptime, mock, sessions }) =>
      ok({
        status: 'ok',
        version: packageVersion(),
        uptime: uptime(),
        vendors: mock.vendors,
        sessions: sessions.all.size,
      }),
  },
  {
    method: 'POST',
    path: '/shutdown',
    run: (host, { body }) => {
      objectFields(body, [])
      host.shutdown()
      return { status: 202, body: { status: 'stopping' } }
    },
  },
  {
    method: 'GET',
    path: '/vendors',
    run: (host) => {
      const urls = host.urls()
      return ok(
        [...host.sessions.engine.runtimes.values()].map(({ vendor }) => describe(vendor, urls[vendor.name] ?? [])),
      )
    },
  },
  {
    method: 'GET',
    path: '/scenarios',
    query: ['vendor'],
    run: (host, { query }) => {
      const vendor = query.get('vendor') ?? undefined
      if (vendor !== undefined && !host.mock.vendors.includes(vendor)) {
        throw new UnknownNameError(
          `"${vendor}" is not one of this mock's vendors.${didYouMean(vendor, host.mock.vendors)}`,
          vendor,
          host.mock.vendors,
        )
      }
      return ok(listScenarioNames(host.library, vendor).map((name) => summary(host, name)))
    },
  },
]

function describe(vendor: Vendor, urls: readonly string[]): object {
  return {
    name: vendor.name,
    title: vendor.title,
    facts: vendor.facts ?? null,
    urls,
    credential: credentialOf(vendor),
    operations: [...vendor.operations.values()].map((operation) => ({
      id: operation.id,
      method: operation.method,
      path: operation.path,
      summary: operation.summary,
      errors: usableErrors(vendor, operation),
    })),
    dialects: vendor.dialects?.names ?? [],
    errors: [...vendor.errors.keys()],
    webhooks: webhookNames(vendor),
    assumptions: vendor.assumptions().length,
  }
}

function credentialOf(vendor: Vendor): object | null {
  const scheme = mainScheme(vendor)
  if (!scheme) return null
  const endings = kindsOf(vendor).filter((kind) => kind !== 'active')
  return { in: scheme.in, name: scheme.field, prefix: scheme.spelled, endings }
}

function summary(host: ControlHost, name: string): object {
  try {
    const { title, client } = loadScenario(host.scenarios, name)
    return { name, title, client }
  } catch (error) {
    // One broken file must not hide the others.
    if (error instanceof InvalidFileError) return { name, problems: error.problems }
    const { code, detail } = toProblem(error)
    const file = host.library.displayPath(host.library.scenarioFile(name) ?? name)
    return { name, problems: [{ code, severity: 'error', message: detail, file, pointer: '', line: 0, column: 0 }] }
  }
}

import { silenceNotices } from '../../engine/session/notice.ts'
import { DEFAULT_SESSION } from '../../engine/session/session.ts'
import { checkOptions, InvalidArgumentError } from '../../spec/problems/arguments.ts'
import { type Assembled as Core, assembleOn } from './assemble.ts'
import { createCourier } from '../deliver/courier.ts'
import { addToCoverageFile } from '../coverage/coverage-files.ts'
import { loadDistinct } from '../../load/distinct.ts'
import { warnConverted, warnFlaws, warnOnce } from '../../load/flaw-notice.ts'
import { packageVersion } from '../../load/files/package-root.ts'
import { createLibrary, type Library } from '../../load/library.ts'
import { nodeInflate } from '../fetch/inflate.ts'
import { nodeContext } from '../context/node-context.ts'
import { loadFaker } from '../../load/load-faker.ts'
import type { Msw } from '../msw/msw.ts'
import { lazyRequire } from '../../spec/read/node-require.ts'
import { mockOptions } from './options.ts'
import type { Shared } from './sessions.ts'
import { SILENT, switchOf } from './switch.ts'
import type { Mock } from './api/mock-api.ts'
import type { MockOptions, VendorOptions } from './api/mock-options.ts'
import type { Reloaded } from '../world/reload.ts'
import type { LoadedVendor } from '../world/world.ts'
import { wishedScenarios } from '../../load/wished-scenarios.ts'

/** A mock with the internals that other entry points of Node need. */
export interface Assembled extends Core {
  readonly library: Library
  /**
   * Reloads files and keeps state where possible. Invalid files throw, and nothing changes.
   *
   * @param what - `scenarios` does not reload documents, overlays and code
   * @param code - exports of reloaded vendor code, by its path
   */
  readonly reload: (what: 'scenarios' | 'all', code?: ReadonlyMap<string, unknown>) => Reloaded
}

/**
 * Creates a mock of vendors' APIs, with handlers for MSW, a `fetch`, a clock and a scenario to play.
 *
 * @throws {@link InvalidArgumentError} for unknown options and invalid values
 * @throws {@link UnknownNameError} for a vendor or scenario that does not exist
 * @throws {@link InvalidFileError} for an invalid spec or scenario, with all mistakes at once
 * @example
 * const mock = createMock({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
 * const server = setupServer(...mock.handlers)
 */
export function createMock(options: MockOptions): Mock {
  checkOptions('create a mock', options, mockOptions)
  return assemble(options).mock
}

const requireMsw = lazyRequire<Partial<Msw>>('msw')

/** The project's MSW, if installed. */
function loadMsw(): Msw {
  let msw: Partial<Msw>
  try {
    msw = requireMsw()
  } catch (cause) {
    throw new Error(
      'Failed to make handlers: MSW is not installed. Run `npm i -D msw`; `mock.fetch` and the server work without it.',
      { cause },
    )
  }
  if (msw.http) return { http: msw.http }
  throw new Error('Failed to make handlers: this MSW has no `http`. Install MSW 2 or 3: `npm i -D msw`.')
}

/**
 * @param library - finds vendors and scenarios; created with the same `scenarios` and `strict`
 * @param shared - set when processes share their sessions
 */
export function assemble(
  options: MockOptions,
  library: Library = createLibrary({ scenarios: options.scenarios, strict: options.strict }),
  shared?: Shared,
): Assembled {
  const wanted = namesOf(options).map(([name, settings]) => ({
    name: settings.document === undefined ? name : checkedName(name),
    settings,
    ...settings,
  }))
  const load = (): readonly LoadedVendor[] => {
    const distinct = loadDistinct(library, wanted)
    warnOnce(distinct.notice)
    return distinct.vendors.flatMap((vendor, index) => {
      if (distinct.vendors.indexOf(vendor) < index) return []
      warnConverted(vendor, library.specOf(vendor))
      warnFlaws(vendor)
      return [{ vendor, operations: library.operations(vendor), settings: wanted[index]!.settings }]
    })
  }
  const vendors = load()
  const deliver = options.deliver ?? (process.env['SPARRING_DELIVER'] || undefined)
  const maxBody = options.maxBody ?? (process.env['SPARRING_MAX_BODY'] || undefined)
  const maxJson = options.maxJson ?? (process.env['SPARRING_MAX_JSON'] || undefined)
  const assembled = assembleOn(
    {
      scenarioSource: library,
      vendors,
      loadFaker,
      loadMsw,
      createCourier,
      inflate: nodeInflate,
      context: nodeContext(),
      version: packageVersion(),
      way: 'msw-in-node',
      shared,
    },
    {
      ...options,
      scenario: scenarioNames(
        options,
        library,
        vendors.map(({ vendor }) => vendor.name),
      ),
      checkReplies: options.checkReplies ?? switchOf(process.env, 'SPARRING_CHECK_REPLIES') ?? false,
      ...(deliver !== undefined && { deliver }),
      ...(maxBody !== undefined && { maxBody }),
      ...(maxJson !== undefined && { maxJson }),
    },
  )
  if (switchOf(process.env, 'SPARRING_ASSUMPTIONS', SILENT) === false) silenceNotices()
  const folder = process.env['SPARRING_COVERAGE_DIR']
  // A mock ends with its default session.
  if (folder) assembled.sessions.all.get(DEFAULT_SESSION)!.followers.add(addToCoverageFile(folder, assembled.meter))
  return {
    ...assembled,
    library,
    reload: (what, code) => {
      if (what === 'scenarios') return assembled.renew(undefined)
      library.refresh(code)
      return assembled.renew(load())
    },
  }
}

function namesOf(options: MockOptions): Array<[string, VendorOptions]> {
  const { vendors } = options
  return Array.isArray(vendors)
    ? vendors.map((name: string) => [name, {}])
    : Object.entries(vendors as Readonly<Record<string, VendorOptions>>)
}

/** The name of a vendor given as a document; messages, scenarios and URLs begin with it. */
function checkedName(name: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(name)) return name
  throw new InvalidArgumentError('create a mock', [
    `"vendors.${name}" has a document, and so gives the vendor its name; write small letters, digits and hyphens, as acme.`,
  ])
}

function scenarioNames(options: MockOptions, library: Library, vendors: readonly string[]): readonly string[] {
  if (options.scenario !== undefined)
    return typeof options.scenario === 'string' ? [options.scenario] : options.scenario
  const given = process.env['SPARRING_SCENARIO'] ?? ''
  const names = given.split(',').map((name) => name.trim())
  return wishedScenarios(
    library,
    names.filter((name) => name !== ''),
    vendors,
  )
}

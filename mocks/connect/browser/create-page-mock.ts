import { warnFlaws } from '../../load/flaw-notice.ts'
import { Environment } from '@marcbachmann/cel-js'
import { http } from 'msw'
import type { Courier } from '../../engine/deliveries/courier.ts'
import type { CelModule } from '../../spec/values/cel.ts'
import { compileVendor } from '../../spec/compile/compile-vendor.ts'
import type { DialectFiles } from '../../spec/model/dialects.ts'
import { dataSource } from '../../spec/read/data-source.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import {
  callback,
  checkOptions,
  listOf,
  map,
  options,
  required,
  type ShapeOf,
  text,
} from '../../spec/problems/arguments.ts'
import { assembleOn } from '../mock/assemble.ts'
import { noContext } from '../context/session-context.ts'
import type { DeliveryTarget } from '../deliver/courier.ts'
import { createHandlerCourier, type DeliveryHandler } from '../deliver/handler.ts'
import { atLeastOne, sharedOptions, vendorOptions } from '../mock/options.ts'
import type { Mock } from '../mock/api/mock-api.ts'
import type { MockOptions } from '../mock/api/mock-options.ts'
import { makeFaker, prepareFaker } from './faker.ts'
import { webInflate } from './inflate-in-page.ts'
import { createScenarioSource } from './scenario-source.ts'
import type { BrowserVendor } from './vendor-module.ts'

export interface BrowserMockOptions extends Omit<MockOptions, 'vendors' | 'scenarios' | 'deliver' | 'strict'> {
  /** Vendors, each from its own module: `sparring/browser/seek`, or one that `sparring build` wrote. */
  readonly vendors: readonly BrowserVendor[]
  /**
   * Receives webhooks in the page.
   *
   * @default none: webhooks are listed as not sent
   */
  readonly deliver?: DeliveryHandler
}

const A_MODULE = "a vendor's module, as seek of import { seek } from 'sparring/browser/seek'"

const vendorModule: ShapeOf<BrowserVendor> = {
  name: required(text),
  file: required(text),
  document: required(map),
  dialects: map,
  scenarios: required(map),
  operations: map,
  grammar: required(map),
  baseUrl: vendorOptions.baseUrl,
  dialect: vendorOptions.dialect,
}

const browserOptions: ShapeOf<BrowserMockOptions> = {
  ...sharedOptions,
  vendors: atLeastOne(
    listOf(options(vendorModule, A_MODULE), "a list of vendors' modules"),
    "no vendors. Import at least one: import { seek } from 'sparring/browser/seek'.",
  ),
  deliver: callback('a function that takes the Request'),
}

/**
 * Stands in for vendors' APIs in a page, as `createMock` of `sparring` does in Node: the same engine, the same answers.
 * Needs no `eval`, so it runs under a Content Security Policy that forbids it.
 *
 * @throws {@link InvalidArgumentError} for unknown options and invalid values
 * @throws {@link UnknownNameError} for a scenario that none of the vendors has
 * @throws {@link InvalidFileError} for invalid scenarios, with all mistakes at once
 * @example
 * import { setupWorker } from 'msw/browser'
 * import { createMock } from 'sparring/browser'
 * import { seek } from 'sparring/browser/seek'
 *
 * const mock = createMock({ vendors: [seek], scenario: 'seek/out-of-credits' })
 * await setupWorker(...mock.handlers).start()
 */
export function createMock(given: BrowserMockOptions): Mock {
  checkOptions('create a mock', given, browserOptions)
  const { vendors, ...rest } = given
  return assembleOn(
    {
      scenarioSource: createScenarioSource(vendors, loadCel),
      vendors: vendors.map((module) => ({
        vendor: compile(module),
        operations: module.operations,
        settings: {
          ...(module.baseUrl !== undefined && { baseUrl: module.baseUrl }),
          ...(module.dialect !== undefined && { dialect: module.dialect }),
        },
      })),
      loadFaker: makeFaker,
      loadMsw: () => ({ http }),
      createCourier,
      inflate: webInflate,
      context: noContext(),
      // A page does not know the version; the format and the documents tell snapshots apart there.
      version: 'in a page',
      way: 'msw',
      prepare: prepareFaker,
    },
    rest,
  ).mock
}

const compiled = new WeakMap<object, Vendor>()

/** Compiles a module's document once for all mocks, since it does not change. */
function compile(module: BrowserVendor): Vendor {
  const key = module.document as object
  let vendor = compiled.get(key)
  if (!vendor) {
    vendor = compileDialect(module, module.document)
    compiled.set(key, vendor)
    warnFlaws(vendor)
  }
  return vendor
}

function compileDialect(
  { name, file, dialects = {} }: Pick<BrowserVendor, 'name' | 'file' | 'dialects'>,
  document: unknown,
  dialect?: string,
  spoken?: DialectFiles,
): Vendor {
  const made = new Map<string, Vendor>()
  const others: DialectFiles = spoken ?? {
    folder: 'dialects',
    names: Object.keys(dialects),
    vendor: (other) => {
      let found = Object.hasOwn(dialects, other) ? made.get(other) : vendor
      if (!found) {
        found = compileDialect({ name, file, dialects }, dialects[other], other, others)
        made.set(other, found)
      }
      return found
    },
  }
  const vendor: Vendor = compileVendor(dataSource(document, file), {
    tools: { loadCel },
    name,
    read: (other) => {
      throw new Error(`${other} is not in the page`)
    },
    dialect,
    lenient: true,
    dialects: () => others,
  })
  return vendor
}

function loadCel(): CelModule {
  return { Environment } as unknown as CelModule
}

function createCourier(target: DeliveryTarget | undefined, patience?: number): Courier {
  if (typeof target === 'function') return createHandlerCourier(target, patience)
  if (target === undefined) return { find: () => ({ refused: NO_SENDER }), patience }
  throw new TypeError(
    `Failed to deliver to ${JSON.stringify(String(target))}: a page sends no requests itself. Give a function that takes the Request: mock.webhooks.to((request) => …).`,
  )
}

const NO_SENDER = 'a page sends no requests itself. Set a receiver: mock.webhooks.to((request) => …)'

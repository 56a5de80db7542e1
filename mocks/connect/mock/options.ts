import {
  anything,
  callback,
  flag,
  instant,
  type Kind,
  kind,
  listOf,
  map,
  mapOf,
  oneOf,
  options,
  positiveNumber,
  required,
  type ShapeOf,
  text,
  textAs,
  wholeNumber,
} from '../../spec/problems/arguments.ts'
import type { MockOptions, VendorOptions } from './api/mock-options.ts'

const A_SCENARIO = "a name, as 'seek/happy-path', or a list of names"

/** Scenarios to play. */
export const scenarioNames = oneOf(A_SCENARIO, textAs(A_SCENARIO), listOf(textAs('a name'), 'a list'))
const url = kind(
  'an absolute URL, as https://acme.example/api',
  (value) => typeof value === 'string' && URL.canParse(value),
)
const files = oneOf(
  'a path, a list of paths, or false',
  text,
  listOf(text, 'a list'),
  kind('false', (value) => value === false),
)

/** Options of one vendor. */
export const vendorOptions: ShapeOf<VendorOptions> = {
  dialect: text,
  baseUrl: oneOf('an absolute URL, as https://acme.example/api, or a list of them', url, listOf(url, 'a list')),
  overlay: files,
  document: map,
}

/** Options of a mock in Node and in web pages. */
export const sharedOptions: ShapeOf<Omit<MockOptions, 'vendors' | 'scenarios' | 'deliver' | 'strict'>> = {
  scenario: scenarioNames,
  seed: wholeNumber(0),
  clock: options({ at: instant, frozen: flag }, 'an object, as { frozen: true }'),
  pace: positiveNumber(),
  checkReplies: flag,
  // Sizes are validated where they are read: the limit may also come from an environment variable.
  maxBody: anything,
  maxJson: anything,
  keepJobs: wholeNumber(1),
  // Codes and severities are validated together where they are read.
  findings: map,
  // Names are validated where vendors are known.
  coverage: options({ include: listOf(textAs('seek or seek.submitJob'), 'a list') }),
}

export const mockOptions: ShapeOf<MockOptions> = {
  vendors: atLeastOne(
    oneOf(
      "a list of names, as ['seek'], or an object with them",
      listOf(textAs('the name of a vendor, or the path of a document'), 'a list'),
      mapOf(options(vendorOptions, "an object, as { baseUrl: 'https://acme.example' }"), 'an object'),
    ),
    "no vendors. Name at least one: { vendors: ['seek'] }.",
  ),
  ...sharedOptions,
  strict: flag,
  scenarios: listOf(text, "a list of folders, as ['./test/scenarios']"),
  deliver: oneOf('a function that takes the Request, or a base URL', callback('a function'), text, isUrl()),
}

/** Vendors are required, at least one. */
export function atLeastOne(vendors: Kind, missing: string): Kind {
  const given = required(vendors, missing)
  const isEmpty = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0
  return { ...given, problems: (value, path) => (isEmpty(value) ? [missing] : given.problems(value, path)) }
}

function isUrl(): Kind {
  return kind('a URL', (value) => value instanceof URL)
}

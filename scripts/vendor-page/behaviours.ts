import type { Raw } from '../../mocks/scenario/raw.ts'
import { asRecord, entriesOf } from '../../mocks/scenario/raw.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'
import { formatPointer, getPointer } from '../../mocks/spec/references/pointer.ts'
import { codes } from './markdown.ts'

/** A behaviour of a vendor, with its places in the document. */
export interface Behaviour {
  readonly group: string
  readonly name: string
  /** In a few words; may be empty. */
  readonly about: string
  /** JSON Pointers; everything inside one belongs to the behaviour, unless it belongs to a narrower one. */
  readonly places: readonly string[]
}

/** The place of the order of stages; a list cannot carry its own mark, so a mark there is about the order. */
export const ORDER = '/x-mock'

/** All behaviours of a vendor, in the order of its page. */
export function behavioursOf(vendor: Vendor, document: Raw): Behaviour[] {
  return [
    ...access(vendor, document),
    ...limitsAndCredits(vendor, document),
    ...errors(vendor, document),
    ...operations(vendor, document),
    ...named(document, 'collections').map(([name, place]) => ({ group: 'Items', name, about: '', places: [place] })),
    ...jobs(document),
    ...webhooks(document),
    ...conduct(document),
  ]
}

function access(vendor: Vendor, document: Raw): Behaviour[] {
  const group = 'Keys, accounts and tokens'
  const schemes = Object.keys(asRecord(getPointer(document, '/components/securitySchemes')))
  return [
    { group, name: 'order', about: 'in which a request is checked', places: [ORDER] },
    ...schemes.map((name) => ({
      group,
      name,
      about: 'a key or a token',
      places: [formatPointer(['x-mock', 'authenticate', name]), formatPointer(['components', 'securitySchemes', name])],
    })),
    ...[...vendor.tokens.keys()].map((name) => ({
      group,
      name,
      about: 'how its tokens are issued',
      places: [formatPointer(['x-mock', 'tokens', name])],
    })),
    ...(getPointer(document, '/x-mock/authorize') !== undefined
      ? [{ group, name: 'authorize', about: 'permission', places: ['/x-mock/authorize'] }]
      : []),
    ...(vendor.dialects
      ? [{ group, name: 'dialects', about: codes(vendor.dialects.names), places: ['/x-mock/dialects'] }]
      : []),
    ...named(document, 'plans').map(([name, place]) => ({ group, name, about: 'a plan', places: [place] })),
    ...named(document, 'accounts').map(([name, place]) => ({ group, name, about: 'an account', places: [place] })),
  ]
}

function limitsAndCredits(vendor: Vendor, document: Raw): Behaviour[] {
  const group = 'Limits, headers and credits'
  const headers = (getPointer(document, '/x-mock/headers') ?? []) as readonly Raw[]
  return [
    ...vendor.limits.map(({ name, algorithm }, index) => ({
      group,
      name,
      about: algorithm,
      places: [`/x-mock/limits/${index}`],
    })),
    ...headers.map((rule, index) => ({
      group,
      name: Object.keys(asRecord(rule['set'])).join(', '),
      about: rule['from'] === undefined ? 'headers' : `headers, from ${String(rule['from'])}`,
      places: [`/x-mock/headers/${index}`],
    })),
    ...named(document, 'jobs').flatMap(([name, place]) => {
      const credits = `${place}/credits`
      return getPointer(document, credits) === undefined
        ? []
        : [{ group, name, about: 'what the job costs', places: [credits] }]
    }),
  ]
}

function errors(vendor: Vendor, document: Raw): Behaviour[] {
  const components = entriesOf(getPointer(document, '/components/responses'))
  return components.flatMap(([name, response]) => {
    const status = vendor.errors.get(name)?.response.status
    if (status === undefined || status < 400) return []
    const examples = entriesOf(asRecord(response)['content']).flatMap(([, media]) =>
      Object.keys(asRecord(asRecord(media)['examples'])),
    )
    const several = examples.length > 1 ? `: ${codes([...new Set(examples)])}` : ''
    return [{ group: 'Errors', name, about: `${status}${several}`, places: [`/components/responses/${name}`] }]
  })
}

function operations(vendor: Vendor, document: Raw): Behaviour[] {
  return entriesOf(document['paths']).flatMap(([path, item]) =>
    entriesOf(item).flatMap(([method, operation]) => {
      const id = asRecord(operation)['operationId']
      if (typeof id !== 'string' || !vendor.operations.has(id)) return []
      const keywords = entriesOf(asRecord(operation)['x-mock']).map(([keyword, value]) => {
        const verb = asRecord(value)['do'] ?? (asRecord(value)['start'] === undefined ? undefined : 'start')
        return verb === undefined ? `\`${keyword}\`` : `\`${keyword}\` (${String(verb)})`
      })
      return [
        { group: 'Operations', name: id, about: keywords.join(', '), places: [formatPointer(['paths', path, method])] },
      ]
    }),
  )
}

function jobs(document: Raw): Behaviour[] {
  return named(document, 'jobs').flatMap(([name, place]) => [
    { group: 'Jobs', name, about: 'a job', places: [place] },
    ...entriesOf(getPointer(document, `${place}/states`)).map(([state, value]) => ({
      group: 'Jobs',
      name: `${name}: ${state}`,
      about: asRecord(value)['final'] === true ? 'an end' : 'a state',
      places: [formatPointer(['x-mock', 'jobs', name, 'states', state])],
    })),
  ])
}

function webhooks(document: Raw): Behaviour[] {
  return named(document, 'webhooks').map(([name, place]) => ({
    group: 'Webhooks',
    name,
    about: '',
    places: [place, formatPointer(['webhooks', name])],
  }))
}

function conduct(document: Raw): Behaviour[] {
  return named(document, 'conduct').map(([name, place]) => ({
    group: 'Conduct',
    name,
    about: name === 'retry' ? 'which requests may be sent again' : '',
    places: [place],
  }))
}

/** The entries of a map of `x-mock`, each with its place. */
function named(document: Raw, keyword: string): Array<readonly [name: string, place: string]> {
  const names = Object.keys(asRecord(asRecord(document['x-mock'])[keyword]))
  return names
    .filter((name) => !name.startsWith('x-mock-'))
    .map((name) => [name, formatPointer(['x-mock', keyword, name])])
}

import fc from 'fast-check'
import { BATCH, SEAL } from '../vendors/seal.ts'
import { SEEK } from '../vendors/seek.ts'

/** One step of a random walk through both vendors: a request, or time passing. */
export type Step =
  | {
      readonly kind: 'request'
      readonly vendor: 'seek' | 'seal'
      readonly method: string
      readonly path: string
      readonly key: Key
      readonly body?: string
    }
  /** A request for a job submitted before, by its place among them. */
  | { readonly kind: 'job'; readonly method: 'GET' | 'DELETE'; readonly nth: number }
  | { readonly kind: 'wait'; readonly ms: number }

type Key = 'one' | 'two' | 'revoked' | 'none' | 'malformed'

const key = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Key>('one') },
  { weight: 3, arbitrary: fc.constant<Key>('two') },
  { weight: 1, arbitrary: fc.constantFrom<Key>('revoked', 'none', 'malformed') },
)

const submission = fc.oneof(
  { weight: 6, arbitrary: fc.constant('{"profile_url":"https://linkedin.com/in/example"}') },
  {
    weight: 2,
    arbitrary: fc.constant(
      '{"profile_url":"https://linkedin.com/in/other","priority":"high","webhook":"https://c.example/h"}',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{',
      '[]',
      '{"profile":1}',
      '{"profile_url":"https://l.example/","priority":"now"}',
      '{"__proto__":{"x":1}}',
    ),
  },
)

const seekRead = fc.constantFrom(
  '/me',
  '/me/credits',
  '/me/deployments',
  '/jobs',
  '/workers?per_page=3&q=a',
  '/workers/linkedin-profile',
  '/workers/none',
  '/nowhere',
)
const sealRead = fc.constantFrom(
  `/entities/${BATCH}`,
  '/entities/search?titleContains=a',
  '/entities/search',
  '/entities/none',
  '/nowhere',
)

/** Steps in which every behaviour of both vendors gets its turn. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      vendor: fc.constant('seek' as const),
      method: fc.constant('POST'),
      path: fc.constant('/workers/linkedin-profile/jobs'),
      key,
      body: submission,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      vendor: fc.constant('seek' as const),
      method: fc.constantFrom('GET', 'GET', 'GET', 'PUT'),
      path: seekRead,
      key,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      vendor: fc.constant('seal' as const),
      method: fc.constant('GET'),
      path: sealRead,
      key,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      vendor: fc.constant('seal' as const),
      method: fc.constant('PATCH'),
      path: fc.constantFrom(`/entities/${BATCH}/fields/Best%20Score%20%25`, `/entities/${BATCH}/fields/Quantity`),
      key,
      body: fc.constantFrom('{"value":7}', '{"value":null}', '{}'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('job' as const),
      method: fc.constantFrom('GET' as const, 'GET' as const, 'DELETE' as const),
      nth: fc.nat(9),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 50, 100, 1000, 4210, 5210, 30_000, 61_000),
    }),
  },
)

/** What a client saw of one step: the answer's status, the headers that its spec declares, and the bytes of its body. */
export interface Seen {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const DECLARED = ['content-type', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
const KEYS: Readonly<Record<Key, string | undefined>> = {
  one: 'one',
  two: 'two',
  revoked: 'old-revoked',
  none: undefined,
  malformed: undefined,
}

/** Walks the steps one after the other. */
export async function walk(
  steps: readonly Step[],
  fetch: (request: Request) => Promise<Response>,
  advance: (ms: number) => Promise<void>,
): Promise<Seen[]> {
  const seen: Seen[] = []
  const jobs: string[] = []
  for (const current of steps) {
    if (current.kind === 'wait') {
      await advance(current.ms)
      continue
    }
    const response = await fetch(current.kind === 'job' ? jobRequest(current, jobs) : request(current))
    const body = await response.text()
    if (response.status === 202) jobs.push((JSON.parse(body) as { job_uuid: string }).job_uuid)
    const headers = DECLARED.flatMap((name) => {
      const value = response.headers.get(name)
      return value === null ? [] : [[name, value] as const]
    })
    seen.push({ status: response.status, headers: Object.fromEntries(headers), body })
  }
  return seen
}

function jobRequest(current: Extract<Step, { kind: 'job' }>, jobs: readonly string[]): Request {
  const id = jobs.length === 0 ? 'job_000000000000' : jobs[current.nth % jobs.length]!
  return new Request(`${SEEK}/jobs/${id}`, { method: current.method, headers: { 'x-api-key': 'sk_live_one' } })
}

function request(current: Extract<Step, { kind: 'request' }>): Request {
  const headers = new Headers()
  const tag = KEYS[current.key]
  if (current.vendor === 'seek') {
    if (tag !== undefined) headers.set('x-api-key', `sk_live_${tag}`)
    if (current.key === 'malformed') headers.set('x-api-key', 'nonsense')
  } else {
    if (tag !== undefined) headers.set('authorization', `Bearer seal_${tag}`)
    if (current.key === 'malformed') headers.set('authorization', 'Bearer nonsense')
  }
  if (current.body !== undefined) headers.set('content-type', 'application/json')
  const base = current.vendor === 'seek' ? SEEK : SEAL
  return new Request(base + current.path, {
    method: current.method,
    headers,
    ...(current.body !== undefined && { body: current.body }),
  })
}

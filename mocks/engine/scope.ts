import { filterItems } from '../behaviour/collections.ts'
import { getJob } from '../behaviour/jobs.ts'
import { readCredits } from '../behaviour/ledger.ts'
import type { LimitReading, Turn } from '../behaviour/turn.ts'
import type { Scope } from '../spec/value.ts'
import { itemsOf, jobRoot } from './items.ts'

/** What `{$root…}` reads during an exchange; a root is made when it is first asked for. */
export function createScope(turnOf: () => Turn): Scope {
  let account: object | undefined
  let request: object | undefined
  return {
    read: (root) => {
      const turn = turnOf()
      // Both stay what they are through an exchange, and are read the most.
      if (root === 'account') return turn.account && (account ??= accountRoot(turn))
      if (root === 'request') return (request ??= requestRoot(turn))
      return readRoot(turn, root)
    },
    generate: (schema, place) => {
      const turn = turnOf()
      return turn.make(schema as never, turn.operation?.id ?? '', turn.id, place)
    },
    list: (collection, where) => {
      const turn = turnOf()
      const found = turn.vendor.collections.get(collection)
      return found ? filterItems(turn, itemsOf(turn, found), where) : []
    },
  }
}

function readRoot(turn: Turn, root: string): unknown {
  switch (root) {
    case 'server':
      return { url: turn.call.base }
    case 'now':
      return turn.now
    case 'credential':
      return turn.credential && { id: turn.credential.id, state: turn.credential.state }
    case 'plan':
      return turn.vendor.plans.get(String(turn.account?.settings['plan'])) ?? {}
    case 'limit':
      return turn.refusedBy
    case 'limits':
      return limitsRoot(turn)
    case 'page':
      return turn.page
    case 'issue':
      return turn.issues[0] && issueRoot(turn.issues[0])
    case 'issues':
      return turn.issues.map(issueRoot)
    case 'job':
      return readJobRoot(turn)
    default:
      return turn.items.get(root)?.read()
  }
}

function requestRoot(turn: Turn) {
  return {
    method: turn.call.method,
    ip: turn.call.ip,
    operation: turn.operation?.id ?? '',
    path: turn.params,
    get query() {
      return Object.fromEntries(turn.query)
    },
    get header() {
      return caseless(turn.call.headers)
    },
    get body() {
      return turn.body
    },
    get input() {
      return turn.input
    },
  }
}

function accountRoot(turn: Turn) {
  const account = turn.account!
  return {
    ...account.settings,
    id: account.id,
    name: account.name,
    get credits() {
      return readCredits(turn, account)
    },
  }
}

function limitsRoot(turn: Turn): Record<string, LimitReading> {
  const readings = [...turn.limits.values()]
  const tightest = readings.reduce<LimitReading | undefined>(
    (least, reading) =>
      (reading.remaining ?? Infinity) < (least?.remaining ?? Infinity) ? reading : (least ?? reading),
    undefined,
  )
  return Object.fromEntries([
    ...readings.map((reading) => [reading.name, reading] as const),
    ...(tightest ? [['tightest', tightest] as const] : []),
  ])
}

function issueRoot(issue: Turn['issues'][number]) {
  const field = issue.path.slice(1).split('/')[0]!.replaceAll('~1', '/').replaceAll('~0', '~')
  return { ...issue, field }
}

function readJobRoot(turn: Turn): unknown {
  if (turn.job === undefined) return undefined
  for (const job of turn.vendor.jobs.values()) {
    const row = getJob(turn, job, turn.job)
    if (row) return jobRoot(turn, job, row)
  }
  return undefined
}

/** Header names are read as anybody spells them. */
function caseless(headers: Readonly<Record<string, string | undefined>>): object {
  return new Proxy(headers, {
    get: (target, name) => (typeof name === 'string' ? target[name.toLowerCase()] : undefined),
    getOwnPropertyDescriptor: (target, name) => {
      const value = typeof name === 'string' ? target[name.toLowerCase()] : undefined
      return value === undefined ? undefined : { value, enumerable: true, configurable: true }
    },
  })
}

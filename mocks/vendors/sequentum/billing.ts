/* Vendor code because spending follows from runs and builds, by day and kind. */
import { type Item, nowOf, numberOf, own, type OperationContext, type OperationResult, type Refused } from '../kit.ts'
import { contains, isoSeconds, sorted, sumOf } from '../kit.ts'
import { type Range, rangeOf } from './query-dates.ts'
import { slicePage } from './lists.ts'
import { listAgents } from './live-agents.ts'
import { type Run, runs } from './runs.ts'

const DAY = 24 * 60 * 60_000
/** Maximum days of a range that are shown one by one: ten years. */
const MOST_DAYS = 3653
const TYPES = ['RunUsage', 'ExportDataBandwidth', 'ExportDataCpm', 'InputCount', 'ProxyUsage', 'AgentBuilder'] as const
/** Display names of the types, which queries accept too. */
const SHOWN_NAMES: Readonly<Record<string, (typeof TYPES)[number]>> = {
  'Server Time': 'RunUsage',
  'Export GB': 'ExportDataBandwidth',
  'Export CPM': 'ExportDataCpm',
  'Agent Inputs': 'InputCount',
  'Proxy Data': 'ProxyUsage',
}

/** Credits that were spent. */
interface Usage {
  readonly type: (typeof TYPES)[number]
  /** ms since 1970: when it ended. */
  readonly at: number
  /** 0 where there is no agent. */
  readonly agentId: number
  readonly cost: number
  readonly run: Run | undefined
  readonly message: string
}

/** Credits received and spent, newest first; the balance after the newest is that of the account. */
export function getCreditHistory(context: OperationContext): OperationResult {
  const given = context.items.list('transactions')
  const taken = usages(context).map((usage) => ({
    id: 0,
    transactionType: 'Debit',
    amount: -usage.cost,
    created: isoSeconds(usage.at),
    expiresAt: null,
    message: usage.message,
  }))
  // An account whose balance differs from this sum, as in scenarios, gets one adjusting entry.
  const missing = balanceOf(context) - sumOf([...given, ...taken], 'amount')
  const set = { transactionType: 'Adjustment', amount: missing, expiresAt: null, message: 'Set by an administrator' }
  const all = [...given, ...taken, ...(missing === 0 ? [] : [{ ...set, created: '2026-03-15T00:00:00Z' } as Item])]
  const inOrder = sorted(all, 'created', false)
  let balance = 0
  const transactions = inOrder.map((entry, index) => {
    balance += Number(entry['amount'])
    return { ...entry, id: index + 1, balance }
  })
  return {
    item: {
      transactions: slicePage(context, transactions.reverse()),
      totalCount: transactions.length,
      pageIndex: numberOf(context, 'pageIndex', 1),
      recordsPerPage: numberOf(context, 'recordsPerPage', 50),
    },
  }
}

export function getSpending(context: OperationContext): OperationResult {
  // Monday; 1970 began on a Thursday.
  const today = Math.floor(context.now / DAY)
  const monday = (today - ((today + 3) % 7)) * DAY
  const range = rangeOf(context, () => monday)
  return {
    item: {
      totalSpent: sumOf(usagesIn(context, range), 'cost'),
      ...range.shown,
      organizationId: organizationOf(context),
      currentBalance: balanceOf(context),
    },
  }
}

export function getBalance(context: OperationContext): OperationResult {
  return {
    item: {
      availableCredits: balanceOf(context),
      organizationId: organizationOf(context),
      retrievedAt: nowOf(context),
    },
  }
}

export function getAgentsUsage(context: OperationContext): OperationResult {
  const { query } = context
  const { range, found } = asked(context)
  const name = query.get('name') ?? ''
  const agents = listAgents(context)
    .filter((agent) => contains(name, [agent.name]))
    .map((agent) => ({
      agentId: agent.id,
      agentName: agent.name,
      cost: sumOf(
        found.filter(({ agentId }) => agentId === agent.id),
        'cost',
      ),
      spaceId: agent.spaceId,
    }))
    .filter(({ cost }) => cost > 0)
  const column = query.get('sortColumn') === 'cost' ? 'cost' : 'agentName'
  const all = sorted(agents, column, query.get('sortOrder') === '1')
  return {
    item: {
      agents: slicePage(context, all),
      totalRecordCount: all.length,
      totalCost: sumOf(all, 'cost'),
      ...range.shown,
    },
  }
}

/** A number for each day or month of the range, by kind of usage. */
export function getAgentCost(context: OperationContext): OperationResult | Refused {
  const { range, found } = asked(context)
  if (range.end - range.start > MOST_DAYS * DAY)
    return context.refuse('BadRequest#field', `endDate must be within ${MOST_DAYS} days of startDate`)
  const ofAgent = found.filter(({ agentId }) => String(agentId) === context.params['agentId'])
  const length = context.query.get('timeUnit') === 'month' ? 7 : 10
  const labels = labelsOf(range, length)
  const usageTypes = wantedTypes(context).map((type) => {
    const ofType = ofAgent.filter((usage) => usage.type === type)
    const byLabel = Map.groupBy(ofType, ({ at }) => isoSeconds(at).slice(0, length))
    const data = labels.map((label) => sumOf(byLabel.get(label.slice(0, length)) ?? [], 'cost'))
    return { type, data: ofType.length === 0 ? [] : data, totalCost: sumOf(ofType, 'cost') }
  })
  const agent = context.item('agent')!
  return {
    item: {
      agentId: agent['id'],
      agentName: agent['name'],
      labels,
      usageTypes,
      totalCost: sumOf(ofAgent, 'cost'),
      ...range.shown,
    },
  }
}

export function getAgentRunCosts(context: OperationContext): OperationResult {
  const agent = context.item('agent')!
  const rows = asked(context).found.flatMap(({ run, cost, type }) =>
    run?.agentId === agent['id']
      ? {
          runId: run!.id,
          date: run!.created,
          startTime: run!.startTime,
          endTime: run!.endTime,
          cost,
          billingType: type,
          duration: run!.runTimeSec,
        }
      : [],
  )
  const all = sorted(rows, context.query.get('sortColumn') ?? 'date', context.query.get('sortOrder') === '1')
  const page = slicePage(context, all)
  return {
    item: {
      runs: page,
      totalRecordCount: all.length,
      // The sum of only this page, as in the vendor's newest client.
      totalCost: sumOf(page, 'cost'),
      agentId: agent['id'],
      agentName: agent['name'],
    },
  }
}

/** Paid usage: ended runs and builds, and initial runs. */
function usages(context: OperationContext): Usage[] {
  const payer = context.account?.id
  const ofRuns = [...runs(context), ...(context.items.list('booked') as readonly Run[])].flatMap((run): Usage[] =>
    run.endTime === null || run.startTime === null || (run['payer'] ?? payer) !== payer
      ? []
      : [
          {
            type: 'RunUsage',
            at: Date.parse(run.endTime),
            agentId: run.agentId,
            cost: run.cost,
            run,
            message: `Run ${run.id}`,
          },
        ],
  )
  const ofBuilds = context.jobs.list('session').flatMap(({ id, item, since }): Usage[] =>
    item['charged'] === null
      ? []
      : [
          {
            type: 'AgentBuilder',
            at: since,
            agentId: Number(item['configId'] ?? 0),
            cost: Number(item['charged']),
            run: undefined,
            message: `Build ${id}`,
          },
        ],
  )
  return [...ofRuns, ...ofBuilds].filter(({ cost }) => cost > 0)
}

function usagesIn(context: OperationContext, { start, end }: Range): Usage[] {
  return usages(context).filter(({ at }) => at >= start && at <= end)
}

function asked(context: OperationContext) {
  const range = rangeOf(context, (end) => end)
  const types = wantedTypes(context)
  return { range, found: usagesIn(context, range).filter(({ type }) => types.includes(type)) }
}

function wantedTypes(context: OperationContext): ReadonlyArray<Usage['type']> {
  const sent = context.query.getAll('usageTypes').flatMap((names) => names.split(','))
  const wanted = sent.map((name) => own(SHOWN_NAMES, name) ?? name)
  return TYPES.filter((type) => wanted.length === 0 || wanted.includes(type))
}

/** The first day of each day or month of a range. */
function labelsOf({ start, end }: Range, length: number): string[] {
  const labels = new Set<string>()
  for (let at = Math.floor(start / DAY) * DAY; at <= end; at += DAY)
    labels.add(length === 10 ? isoSeconds(at).slice(0, 10) : `${isoSeconds(at).slice(0, 7)}-01`)
  return [...labels]
}

function balanceOf(context: OperationContext): number {
  return context.ledger.balance() ?? 0
}

function organizationOf(context: OperationContext): number {
  return Number((context.account?.settings['organization'] as Item | undefined)?.['id'] ?? 0)
}

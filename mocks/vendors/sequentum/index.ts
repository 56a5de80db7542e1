import { after, firstOf, type OperationContext, type Operations } from '../kit.ts'
import { getLatestFailure, getRecordsSummary, getRunDiagnostics, getRunsSummary } from './analytics.ts'
import { getAgentCost, getAgentRunCosts, getAgentsUsage, getBalance, getCreditHistory, getSpending } from './billing.ts'
import { checkFunds, finishSession, followUp, getConversation, showStatus, startSession } from './builder.ts'
import { agentOf, getAllAgents, resolveLive, restoreVersion, searchAgents, visibleAgents } from './live-agents.ts'
import {
  checkInputs,
  deleteRun,
  downloadRunFile,
  getAgentRuns,
  getRunFile,
  getRunFiles,
  showStart,
  summarizeRuns,
} from './runs.ts'
import {
  checkSchedule,
  createSchedule,
  getUpcoming,
  showSchedule,
  switchSchedule,
  updateSchedule,
} from './schedules.ts'
import { agentsOfSpace, listSpaces, runAll, searchSpace, uploadInput } from './spaces.ts'
import { planAll, startDue } from './timetable.ts'

const count = (items: (context: OperationContext) => readonly unknown[]) => ({
  handle: (context: OperationContext) => ({ item: { totalCount: items(context).length } }),
})

/** Sequentum's vendor code: agents follow their runs, and nearly every list and sum is derived from runs. */
export const operations: Operations = {
  // Status and last activity of an agent are those of its last run.
  getAllAgents: { handle: getAllAgents },
  searchAgents: {
    handle: (context) => ({ list: firstOf(context, searchAgents(context), 'maxRecords', 50) }),
  },
  getAgentSearchCount: count(searchAgents),
  getPersonalAgentCount: count((context) => visibleAgents(context).filter(({ spaceId }) => spaceId === null)),
  getAgent: { resolve: resolveLive },
  getAgentVersions: { handle: (context) => ({ list: agentOf(context, context.params['agentId']!).versions as never }) },
  restoreVersion: { handle: restoreVersion },

  // Inputs are JSON within JSON; files are generated from a run's results; their URLs expire.
  startAgent: {
    resolve: resolveLive,
    validate: after(checkInputs),
    body: showStart,
  },
  getAgentRuns: { handle: getAgentRuns },
  getAgentRunSummary: { handle: summarizeRuns },
  deleteRun: { handle: deleteRun },
  getRunFiles: { handle: getRunFiles },
  getRunFile: { handle: getRunFile },
  downloadRunFile: { handle: downloadRunFile },

  // Each type of schedule requires other fields, and its next run is computed from the clock.
  getAgentSchedules: { body: showSchedule },
  createSchedule: {
    validate: after(checkSchedule),
    handle: createSchedule,
    body: showSchedule,
    begin: planAll,
    due: startDue,
  },
  getScheduleById: { body: showSchedule },
  updateSchedule: {
    validate: after(checkSchedule),
    handle: updateSchedule,
    body: showSchedule,
  },
  enableSchedule: { handle: switchSchedule },
  disableSchedule: { handle: switchSchedule },
  getUpcomingSchedules: { handle: getUpcoming },

  // Sums over runs.
  getRunsSummary: { handle: getRunsSummary },
  getRecordsSummary: { handle: getRecordsSummary },
  getRunDiagnostics: { handle: getRunDiagnostics },
  getLatestFailure: { handle: getLatestFailure },
  getCreditsBalance: { handle: getBalance },
  getSpendingSummary: { handle: getSpending },
  getCreditHistory: { handle: getCreditHistory },
  getAgentsUsage: { handle: getAgentsUsage },
  getAgentCostBreakdown: { handle: getAgentCost },
  getBillingAgentRuns: { handle: getAgentRunCosts },

  // A space shows its own agents, and starts them one by one.
  getAllSpaces: { handle: (context) => ({ list: listSpaces(context) }) },
  searchSpaceByName: { handle: searchSpace },
  getSpaceAgents: { handle: (context) => ({ list: agentsOfSpace(context) }) },
  getSpaceAgentCount: count(agentsOfSpace),
  runAllAgentsInSpace: {
    validate: (context, next) => next() ?? checkInputs(context, 'BadRequest#field'),
    handle: runAll,
  },
  uploadSpaceInputFile: { handle: uploadInput },

  // The conversation is stored, and finish creates an agent.
  startSession: { handle: startSession },
  getStatus: { body: showStatus },
  getConversation: { handle: getConversation },
  followup: { guard: after(checkFunds), handle: followUp },
  finish: { handle: finishSession },
}

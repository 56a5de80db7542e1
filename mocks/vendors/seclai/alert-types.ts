/** Alerts about agents and the credits of their account. */
const OF_AGENTS = [
  'run_failed',
  'consecutive_failures',
  'error_rate_spike',
  'run_burst',
  'slow_run',
  'credits_low_threshold',
  'credits_runout_prediction',
  'credits_usage_spike',
  'non_manual_eval_failed',
  'non_manual_eval_flagged',
  'governance_flagged',
  'governance_blocked',
  'model_newer_available',
  'model_deprecated',
  'model_sunset',
]

export const SOURCE_ALERTS: ReadonlySet<unknown> = new Set([
  'pull_failed',
  'consecutive_pull_failures',
  'pull_error_rate_spike',
])

/** All alert types of an account. */
export const ALERT_TYPES: ReadonlySet<unknown> = new Set([...OF_AGENTS, ...SOURCE_ALERTS])

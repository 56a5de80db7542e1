/** A signal that reaches the process around a command. */
export interface WrapperSignal {
  readonly name: NodeJS.Signals
  /** Whether it is sent on to the command. */
  readonly isPassed: boolean
}

/**
 * The signals that must not end the process around a command. On Windows the console itself gives Ctrl+C, Ctrl+Break and its
 * closing to all of its processes, and to send them on would end the command at once
 * (nodejs.org/api/process.html#signal-events).
 */
export function wrapperSignals(platform: NodeJS.Platform): readonly WrapperSignal[] {
  if (platform === 'win32') {
    return [
      { name: 'SIGINT', isPassed: false },
      { name: 'SIGBREAK', isPassed: false },
      { name: 'SIGHUP', isPassed: false },
      { name: 'SIGTERM', isPassed: true },
    ]
  }
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const
  return names.map((name) => ({ name, isPassed: true }))
}

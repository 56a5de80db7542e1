/** A signal to the process that runs a command. */
export interface WrapperSignal {
  readonly name: NodeJS.Signals
  /** Whether it is forwarded to the command. */
  readonly isPassed: boolean
}

/**
 * The signals that must not end the process that runs a command. On Windows the console itself sends Ctrl+C, Ctrl+Break
 * and close events to all its processes, and forwarding them would kill the command at once
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

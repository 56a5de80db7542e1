/** Processor time in ms that some work takes: others on the machine do not lengthen it. */
export function processorTime(work: () => unknown): number {
  const used = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(used)
  return (user + system) / 1000
}

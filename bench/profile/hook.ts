import { Session } from 'node:inspector/promises'
import { writeFileSync } from 'node:fs'
import process from 'node:process'

/** Loaded into a server by `--import`: SIGUSR2 begins a profile of its processor's time, and the next one writes it down. */
const file = process.env['BENCH_PROFILE']!
let session: Session | undefined

process.on('SIGUSR2', () => void toggle())

async function toggle(): Promise<void> {
  if (session) {
    const { profile } = await session.post('Profiler.stop')
    writeFileSync(file, JSON.stringify(profile))
    session.disconnect()
    session = undefined
    return
  }
  session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
}

import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { upload } from './artifact.ts'
import { input, messageOf, state, warn } from './runner.ts'

const LOOK_AGAIN_MS = 20
/** What a request gets to be answered, and the server to end, in ms. */
const PATIENCE_MS = 5000

const [url, pid, file] = [state('url'), state('pid'), state('journal')]
// Main has failed when there is none.
if (url !== undefined && pid !== undefined && file !== undefined) {
  await attempt('write the journal', () => keepJournal(url, file))
  await attempt('stop the server', () => stop(url, Number(pid)))
}

/** What goes wrong here fails no job. */
async function attempt(what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    warn(`Failed to ${what}: ${messageOf(error)}`)
  }
}

/** Writes what all sessions have journaled to a file, and uploads it when the job has failed. */
async function keepJournal(server: string, target: string): Promise<void> {
  const sessions = (await get(server, '/sessions')) as ReadonlyArray<{ readonly id: string }>
  const journals = sessions.map(async ({ id }) => {
    const chosen = `session=${encodeURIComponent(id)}`
    const [journal, deliveries] = await Promise.all([
      get(server, `/journal?${chosen}&limit=${Number.MAX_SAFE_INTEGER}`),
      get(server, `/deliveries?${chosen}`),
    ])
    return [id, { ...(journal as object), ...(deliveries as object) }] as const
  })
  const text = JSON.stringify(Object.fromEntries(await Promise.all(journals)), undefined, 2)
  writeFileSync(target, text)
  const artifact = input('artifact')
  if (input('job-status') !== 'failure' || artifact === '') return
  await upload(artifact, 'journal.json', text)
  console.log(`sparring: the journal is in the artifact ${artifact}`)
}

async function get(server: string, path: string): Promise<unknown> {
  const response = await fetch(`${server}/__sparring${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) })
  if (!response.ok) throw new Error(`GET ${path} was answered with ${response.status}.`)
  return response.json()
}

/** Asks the server to stop, and ends it when it does not. */
async function stop(server: string, id: number): Promise<void> {
  const call = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(PATIENCE_MS),
  }
  const isStopping = await fetch(`${server}/__sparring/shutdown`, call).then(
    ({ ok }) => ok,
    () => false,
  )
  const until = performance.now() + PATIENCE_MS
  while (isStopping && isRunning(id) && performance.now() < until) await sleep(LOOK_AGAIN_MS)
  if (isRunning(id)) process.kill(id, 'SIGKILL')
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
  } catch {
    return false
  }
  try {
    // In a container job nobody takes away what has ended: it stays as a zombie.
    return !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${id}/stat`, 'utf8'))
  } catch {
    return process.platform !== 'linux'
  }
}

/**
 * A small client of Seek: submits a job for each profile, follows them to their end, and says what they cost.
 *
 *   node client.mts https://linkedin.com/in/one https://linkedin.com/in/two
 *
 * Exit codes: 0 all jobs have completed, 1 one has not, 3 the account has no credits left.
 */
const base = process.env['SPARRING_SEEK_URL'] ?? 'https://api.seek-api.com'
const headers = { 'x-api-key': process.env['SEEKAPI_KEY'] ?? '', 'content-type': 'application/json' }
const PROFILES = ['one', 'two', 'three'].map((name) => `https://linkedin.com/in/${name}`)
const POLL_EVERY_MS = 1000
const OVER = new Set(['completed', 'failed', 'cancelled', 'timeout'])

interface Job {
  readonly job_uuid: string
  readonly status: string
  readonly cost_credits?: number
}

const profiles = process.argv.length > 2 ? process.argv.slice(2) : PROFILES
const jobs: Job[] = []
let outOfCredits = false
for (const profile of profiles) {
  const answer = await send('POST', '/v1/workers/linkedin-profile/jobs', { profile_url: profile })
  if (answer.status === 402) {
    // Each further job would be refused too.
    console.error(
      `Out of credits: ${jobs.length} of ${profiles.length} jobs are submitted. Buy credits, and run the rest again.`,
    )
    outOfCredits = true
    break
  }
  jobs.push((await read(answer)) as Job)
}
const ended = await Promise.all(jobs.map(follow))
for (const { job_uuid: id, status, cost_credits: cost } of ended) console.log(`${id} ${status} ${cost ?? 0} credits`)
const allDone = ended.every(({ status }) => status === 'completed')
process.exitCode = outOfCredits ? 3 : allDone ? 0 : 1

async function follow(job: Job): Promise<Job> {
  let now = job
  while (!OVER.has(now.status)) {
    await sleep(POLL_EVERY_MS)
    now = (await read(await send('GET', `/v1/jobs/${job.job_uuid}`))) as Job
  }
  return now
}

/** Sends a request, and waits as long as the vendor says where it says so. */
async function send(method: string, path: string, body?: object): Promise<Response> {
  for (;;) {
    const answer = await fetch(base + path, { method, headers, body: body ? JSON.stringify(body) : null })
    const wait = Number(answer.headers.get('retry-after'))
    if (answer.status !== 429 || !(wait > 0)) return answer
    await sleep(wait * 1000)
  }
}

async function read(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json()
  throw new Error(`Seek answered ${answer.status}: ${await answer.text()}`)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

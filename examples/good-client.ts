// A client of Seek that stops when credits are missing, waits as it is told, and polls each job to its end.
import { setTimeout as sleep } from 'node:timers/promises'

const url = process.env['SPARRING_SEEK_URL']
const headers = { 'x-api-key': process.env['SPARRING_SEEK_KEY']!, 'content-type': 'application/json' }
const FINAL = new Set(['completed', 'failed', 'cancelled', 'timeout'])
const MOST_TRIES = 5

/** Sends a request; a 429 and a 5xx are tried again, as late as the vendor asks or later each time. */
async function send(path: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${url}${path}`, { ...init, headers })
    const mayPass = response.status === 429 || (response.status >= 500 && init.method !== 'POST')
    if (!mayPass || attempt === MOST_TRIES) return response
    const seconds = Number(response.headers.get('retry-after') ?? 0)
    await sleep(seconds > 0 ? seconds * 1000 : 250 * 2 ** attempt)
  }
}

async function submit(): Promise<string | undefined> {
  const response = await send('/v1/workers/linkedin-profile/jobs', {
    method: 'POST',
    body: JSON.stringify({ profile_url: 'https://www.linkedin.com/in/ada' }),
  })
  if (!response.ok) return undefined
  return ((await response.json()) as { job_uuid: string }).job_uuid
}

async function waitFor(job: string): Promise<string> {
  for (;;) {
    const response = await send(`/v1/jobs/${job}`)
    if (!response.ok) return `not known (${response.status})`
    const { status } = (await response.json()) as { status: string }
    if (FINAL.has(status.toLowerCase())) return status
    await sleep(2000)
  }
}

for (let count = 0; count < 6; count++) {
  const job = await submit()
  if (job === undefined) {
    console.log('no more jobs: the balance is empty')
    break
  }
  console.log(`${job} ${await waitFor(job)}`)
}

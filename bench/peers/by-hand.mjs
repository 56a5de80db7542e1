import { randomUUID } from 'node:crypto'

/**
 * What somebody who mocks this vendor by hand writes: the key is looked at, a bucket counts, a body is judged, credits are held
 * and a job is kept. Of that a test needs no more; it keeps no journal, explains nothing and plays nothing else.
 */
const LIMIT = 1_000_000
const buckets = new Map()
const jobs = new Map()
let held = 0

/** @returns status, headers and body of the refusal, or the headers of what passes */
function admit(key) {
  if (!key) return { status: 401, body: { error: { code: 'unauthorized', message: 'The key is missing.' } } }
  const now = Date.now()
  let bucket = buckets.get(key)
  if (!bucket || now - bucket.since >= 60_000) buckets.set(key, (bucket = { since: now, count: 0 }))
  if (bucket.count >= LIMIT) {
    const headers = { 'retry-after': String(Math.ceil((bucket.since + 60_000 - now) / 1000)) }
    return { status: 429, headers, body: { error: { code: 'rate_limited', message: 'Slow down.' } } }
  }
  bucket.count++
  return { headers: { 'x-ratelimit-limit': String(LIMIT), 'x-ratelimit-remaining': String(LIMIT - bucket.count) } }
}

export function readMe(key, me) {
  const admitted = admit(key)
  return admitted.status ? admitted : { status: 200, headers: admitted.headers, body: me }
}

export function submit(key, input) {
  const admitted = admit(key)
  if (admitted.status) return admitted
  if (
    typeof input !== 'object' ||
    input === null ||
    typeof input.profile_url !== 'string' ||
    !URL.canParse(input.profile_url)
  )
    return { status: 422, headers: admitted.headers, body: { error: { code: 'invalid_input', field: 'profile_url' } } }
  held += 5
  const job = {
    job_uuid: `job_${randomUUID().replaceAll('-', '').slice(0, 12)}`,
    status: 'queued',
    worker: 'linkedin-profile',
    cost_estimate_credits: 5,
    created_at: new Date().toISOString(),
  }
  // No more than a test needs: what is kept for ever is what slows a Map down.
  if (jobs.size > 10_000) jobs.clear()
  jobs.set(job.job_uuid, { ...job, input, held })
  return { status: 202, headers: admitted.headers, body: job }
}

export function announce(port) {
  console.log(JSON.stringify({ port }))
}

// A client of Seek that ignores bad days: it sends work whatever the answer is, and asks again at once.
import process from 'node:process'

const url = process.env['SPARRING_SEEK_URL']
const key = process.env['SPARRING_SEEK_KEY']
const headers = { 'x-api-key': key!, 'content-type': 'application/json' }

const jobs: string[] = []
for (let count = 0; count < 6; count++) {
  const response = await fetch(`${url}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ profile_url: 'https://www.linkedin.com/in/ada' }),
  })
  const { job_uuid } = (await response.json()) as { job_uuid?: string }
  if (job_uuid !== undefined) jobs.push(job_uuid)
}
for (const job of jobs) await fetch(`${url}/v1/jobs/${job}`, { headers })
console.log(`${jobs.length} jobs submitted`)

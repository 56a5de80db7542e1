import { setupWorker } from 'msw/browser'
import { createMock } from 'sparring/browser'
import { seek } from 'sparring/browser/seek'

const mock = createMock({ vendors: [seek], scenario: 'seek/out-of-credits' })
await setupWorker(...mock.handlers).start({ quiet: true })

const jobs = 'https://api.seek-api.com/v1/workers/linkedin-profile/jobs'
const headers = { 'x-api-key': 'sk_live_any', 'content-type': 'application/json' }
const body = JSON.stringify({ profile_url: 'https://linkedin.com/in/example' })
const statuses: number[] = []
for (let job = 0; job < 3; job++) statuses.push((await fetch(jobs, { method: 'POST', headers, body })).status)
document.querySelector('p')!.textContent = statuses.join(' ')

import { expect, inject, test } from 'vitest'

const { url, vendors } = inject('sparring')

test('the third job finds no credits', async () => {
  // Its own session: test files run at the same time, and do not disturb each other.
  const opened = await fetch(`${url}/__sparring/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scenario: 'seek/out-of-credits' }),
  })
  const { credentials } = (await opened.json()) as { credentials: { seek: { active: string } } }
  const submit = async (): Promise<number> => {
    const answer = await fetch(`${vendors.seek.url}/v1/workers/linkedin-profile/jobs`, {
      method: 'POST',
      headers: { 'x-api-key': credentials.seek.active, 'content-type': 'application/json' },
      body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example' }),
    })
    return answer.status
  }
  expect([await submit(), await submit(), await submit()]).toEqual([202, 202, 402])
})

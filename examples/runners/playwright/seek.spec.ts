import { expect, test } from '@playwright/test'

// `request` and `page` meet the same server: a page of yours is given its address as the base URL of Seek.
test('the third job finds no credits', async ({ request }) => {
  // A session of its own: tests that run at the same time do not disturb each other.
  const opened = await request.post('/__sparring/sessions', { data: { scenario: 'seek/out-of-credits' } })
  const { credentials, id } = await opened.json()
  const submit = async () => {
    const answer = await request.post('/v1/workers/linkedin-profile/jobs', {
      headers: { 'x-api-key': credentials.seek.active },
      data: { profile_url: 'https://linkedin.com/in/example' },
    })
    return answer.status()
  }
  expect([await submit(), await submit(), await submit()]).toEqual([202, 202, 402])
  await request.delete(`/__sparring/sessions/${id}`, { headers: { 'content-type': 'application/json' } })
})

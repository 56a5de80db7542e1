const { SPARRING_URL, SPARRING_SEEK_URL, SPARRING_SEEK_KEY } = process.env

const control = (method, path, body) => {
  const call = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return fetch(`${SPARRING_URL}/__sparring${path}`, call)
}

const submit = async () => {
  const answer = await fetch(`${SPARRING_SEEK_URL}/v1/workers/linkedin-profile/jobs`, {
    method: 'POST',
    headers: { 'x-api-key': SPARRING_SEEK_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ profile_url: 'https://linkedin.com/in/example' }),
  })
  return answer.status
}

afterEach(() => control('POST', '/reset', {}))

test('the third job finds no credits', async () => {
  await control('PUT', '/scenario', { names: 'seek/out-of-credits' })
  expect([await submit(), await submit(), await submit()]).toEqual([202, 202, 402])
})

test('the next test starts fresh', async () => {
  expect([await submit(), await submit(), await submit()]).toEqual([202, 202, 202])
})

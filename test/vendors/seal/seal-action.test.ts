import { describe, expect, test } from 'vitest'
import { crc32c } from '../../../mocks/vendors/seal/crc32c.ts'
import { type Answer, ENTRY_POINTS, frozenMock, openEntry, read } from '../../support/mock/mock.ts'
import { type Entity, SEAL, SEAL_KEY } from '../../support/vendors/seal.ts'

/** What the vendor's two actions for GitHub have for defaults. */
const ACTIONS = [
  { name: 'upload-artifacts', typeTitle: 'GitHub-Artifacts', field: 'Release Artifact(s)' },
  { name: 'codebase-snapshot', typeTitle: 'GitHub Artifacts', field: 'Code Snapshot' },
] as const
const TEMPLATE = '20000000-0000-4000-8000-000000000002'
const BYTES = new TextEncoder().encode('an archive')

interface Call {
  readonly method?: string
  readonly body?: unknown
  readonly type?: string
}

/** Sends as the actions do: a base that ends in a slash, JSON announced even where there is no body. */
function client(fetch: (request: Request) => Promise<Response>) {
  return async (path: string, { method = 'GET', body, type = 'application/json' }: Call = {}): Promise<Answer> => {
    const headers = { Authorization: `Bearer ${SEAL_KEY}`, 'Content-Type': type, Accept: 'application/json' }
    const sent =
      body instanceof Uint8Array || body === undefined
        ? (body as Uint8Array<ArrayBuffer> | undefined)
        : JSON.stringify(body)
    return read(fetch(new Request(`${SEAL}/${path}`, { method, headers, ...(sent !== undefined && { body: sent }) })))
  }
}

const byPullRequest = (number: number, repository: string) => ({
  searchType: 'DRAFT',
  limit: 25,
  filters: {
    and: [
      { filter: 'fieldValue', operator: 'in', value: [{ name: 'PR Number', operator: '=', value: String(number) }] },
      { filter: 'fieldValue', operator: 'in', value: [{ name: 'Repository Name', operator: '=', value: repository }] },
    ],
  },
})

describe.each(ACTIONS)('the vendor’s action $name, with its defaults', ({ typeTitle, field }) => {
  test.each(ENTRY_POINTS)('gets through the happy path, twice in a row ($name)', async (entry) => {
    const mock = frozenMock({ vendors: ['seal'] })
    const send = client(await openEntry(entry, mock))
    let before: readonly string[] = []
    for (const run of [1, 2]) {
      const found = await send('v2/entities/search', { method: 'POST', body: byPullRequest(7, 'harbour-scheduler') })
      expect([found.status, found.body]).toEqual([200, { results: [{ id: expect.any(String) as string }] }])
      const [{ id: target }] = (found.body as { results: [{ id: string }] }).results
      const entity = (await send(`entities/${target}`)).body as Entity
      expect(entity['sourceInfo']).toMatchObject({ template: { id: TEMPLATE } })
      const { index } = (await send(`entities/${target}/change-set`)).body as { index: unknown }
      expect(index).toBe('16')
      const query = new URLSearchParams({ filename: `a-${run}.zip`, typeTitle, crc32cHash: String(crc32c(BYTES)) })
      const upload = await send(`files?${query}`, { method: 'POST', body: BYTES, type: 'application/octet-stream' })
      expect([upload.status, upload.body]).toEqual([201, { id: expect.any(String) as string }])
      const { id } = upload.body as Entity
      const joined = await send(`entities/${id}/add-to-change-set`, { method: 'POST', body: { changeSetIndex: index } })
      expect(joined.status).toBe(200)
      expect((await send(`entities/${id}`)).body).toMatchObject({ version: null })
      for (const { id: old } of entity.fields[field]!.value as ReadonlyArray<{ readonly id: string }>)
        expect((await send(`entities/${old}/archive`, { method: 'POST' })).status).toBe(200)
      const linked = await send(`entities/${target}/fields/${encodeURIComponent(field)}`, {
        method: 'PATCH',
        body: { value: [{ id, version: null }] },
      })
      expect([linked.status, (linked.body as Entity).message]).toEqual([200, undefined])
      expect((linked.body as Entity).fields[field]!.value).toEqual([{ id, version: null }])
      for (const old of before) expect((await send(`entities/${old}`)).body).toMatchObject({ archived: true })
      before = [id]
    }
  })

  test('finds its entity by the number in the title, where the fields name no pull request', async () => {
    const mock = frozenMock({ vendors: ['seal'] })
    const send = client(mock.fetch)
    const none = await send('v2/entities/search', { method: 'POST', body: byPullRequest(7, 'another-repository') })
    expect([none.status, none.body]).toEqual([200, { results: [] }])
    const titled = (await send('entities/search?titleContains=%237')).body as readonly Entity[]
    const matching = titled.filter(({ sourceInfo }) => (sourceInfo as Data).template?.id === TEMPLATE)
    expect(matching.map(({ title }) => title)).toEqual(['Change Control #7'])
  })
})

interface Data {
  readonly template?: { readonly id: string }
}

test('the uploads that the actions’ guide shows for other types are refused until the account has them', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const send = client(mock.fetch)
  const call = { method: 'POST', body: BYTES, type: 'application/octet-stream' }
  expect(await send('files?filename=a.zip&typeTitle=CI-Artifacts', call)).toMatchObject({
    status: 400,
    body: { message: 'no type has the title "CI-Artifacts"' },
  })
})

test.each([
  ['another kind of search', { ...byPullRequest(7, 'x'), searchType: 'LATEST' }, 'searchType must be one of DRAFT'],
  ['no kind of search', { limit: 1 }, 'searchType is required'],
  ['a filter that does not exist', { searchType: 'DRAFT', filters: { and: [{ filter: 'pr' }] } }, undefined],
  ['a keyword of the older search', { searchType: 'DRAFT', groupBy: [] }, 'groupBy is not allowed'],
] as const)('the search for drafts refuses %s', async (_, body, message) => {
  const mock = frozenMock({ vendors: ['seal'] })
  const refused = await client(mock.fetch)('v2/entities/search', { method: 'POST', body })
  expect(refused.status).toBe(400)
  if (message !== undefined) expect(refused.body).toEqual({ message })
})

test('the search for drafts looks through all systems that the key can see, or through one', async () => {
  const mock = frozenMock({ vendors: ['seal'] })
  const send = client(mock.fetch)
  const count = async (query: string) => {
    const body = { searchType: 'DRAFT', limit: 1000 }
    const { results } = (await send(`v2/entities/search${query}`, { method: 'POST', body })).body as {
      results: unknown[]
    }
    return results.length
  }
  const [all, main, equipment] = [await count(''), await count('?system=main'), await count('?system=equipment')]
  expect(equipment).toBe(3)
  expect(all).toBe(main + equipment)
})

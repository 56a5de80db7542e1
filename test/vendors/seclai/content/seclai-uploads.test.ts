import { expect, test } from 'vitest'
import { seclai, uuid } from '../../../support/vendors/seclai.ts'

test('metadata that are no texts are shown as texts, since the vendor has a map of texts', async () => {
  const { mock, call } = seclai()
  const metadata = { revision: 2, isDraft: false, owner: 'Nadia', parts: { first: 1 } }
  const made = await call('POST', `/sources/${uuid('b0', 3)}`, { text: 'A note.', title: 'Note', metadata })
  expect(made.status).toBe(200)
  await mock.clock.advance('5s')
  const { source_connection_content_version_id: id } = made.body as Readonly<Record<string, string>>
  expect((await call('GET', `/contents/${id}`)).body).toMatchObject({
    metadata: [{ revision: '2', isDraft: 'false', owner: 'Nadia', parts: '{"first":1}', title: 'Note' }],
  })
})

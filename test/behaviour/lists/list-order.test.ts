import { expect, test } from 'vitest'
import { seclai } from '../../support/vendors/seclai.ts'

const NAMES = ['B', 'A', 'C']

test('of items that are made at one instant, the newest comes first where a list is newest first', async () => {
  const { call } = seclai()
  for (const name of NAMES) await call('POST', '/solutions', { name })
  const names = async (query: string): Promise<string[]> => {
    const { data } = (await call('GET', `/solutions${query}`)).body as { data: Array<{ name: string }> }
    return data.map(({ name }) => name).filter((name) => NAMES.includes(name))
  }
  expect(await names('')).toEqual(['C', 'A', 'B'])
  expect(await names('?sort=created_at&order=asc')).toEqual(['B', 'A', 'C'])
  expect(await names('?sort=updated_at')).toEqual(['C', 'A', 'B'])
  expect(await names('?sort=name&order=asc')).toEqual(['A', 'B', 'C'])
})

import { expect, test } from 'vitest'
import { seclai } from '../../support/vendors/seclai.ts'

const NAMES = ['B', 'A', 'C']

test('if a list is newest first, items of one instant are in reverse order of creation', async () => {
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

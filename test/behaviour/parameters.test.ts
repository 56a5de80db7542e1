import { expect, test } from 'vitest'
import { frozenMock } from '../support/mock/mock.ts'
import { sparring } from '../support/processes/cli.ts'

const document = 'test/fixtures/media/parameters.yaml'

async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<string> {
  const mock = frozenMock({ vendors: [document] })
  const response = await mock.fetch(`https://api.parcels.example${path}`, { method, headers })
  const text = await response.text()
  return response.status < 400
    ? `${response.status}${text}`
    : `${response.status} ${(JSON.parse(text) as { detail: string }).detail}`
}

const tenant = { 'x-tenant': 'a', 'x-key': 'k' }

test.each<[path: string, answer: string, headers?: Record<string, string>]>([
  ['/search?filter[weight]=3', '200'],
  ['/search?filter%5Bweight%5D=3', '200'],
  ['/search?filter[weight]=heavy', '400 query parameter filter.weight must be an integer'],
  ['/search?filter[other]=3', '400 query parameter filter.weight is required'],
  ['/search', '400 query parameter filter is required'],
  ['/within?box=w,1,h,2', '200'],
  ['/within?box=w,1,h,wide', '400 query parameter box.h must be an integer'],
  ['/flat?weight=3&page=1', '200'],
  ['/flat?weight=x', '400 query parameter filter.weight must be an integer'],
  ['/flat?page=1', '400 query parameter filter is required'],
  ['/flat?weight=3&other=1', '400 query parameter other is not known'],
  ['/sorted?created=asc&created[gt]=5', '200'],
  ['/sorted?created=asc&sent=5', '200'],
  ['/sorted?created=up', '400 query parameter sort.created must be one of asc, desc'],
  ['/sorted?created[gt]=x', '400 query parameter created.gt must be an integer'],
  ['/known?filter[a]=3&filter[b][c]=1', '200'],
  ['/known?filters[a]=3', '400 query parameter filters[a] is not known'],
  ['/flag?fragile=', '200'],
  ['/flag?fragile', '200'],
  ['/flag?fragile=true', '200'],
  ['/flag?fragile=maybe', '400 query parameter fragile must be a boolean'],
  ['/pick?ids=1%7C2', '200'],
  ['/pick?ids=1|2', '200'],
  ['/pick?ids=1|x', '400 query parameter ids[1] must be an integer'],
  ['/query?q=%7B%22city%22%3A%22Oslo%22%7D', '200'],
  ['/query?q=%7B%7D', '400 query parameter q.city is required'],
  ['/query?q=Oslo', '400 query parameter q is not JSON'],
  ['/whole?n=1&tag=a&tag=b', '200'],
  ['/whole?n=x', '400 query parameter all.n must be an integer'],
  ['/whole', '400 query parameter all is required'],
  ['/whole-json?%7B%22n%22%3A1%7D', '200'],
  ['/whole-json?%7B%7D', '400 query parameter all.n is required'],
  ['/whole-json', '200'],
  ['/mine', '400 cookie parameter visit is required'],
  ['/mine', '200', { cookie: 'a=b; visit=1' }],
  ['/mine', '400 cookie parameter visit must be an integer', { cookie: 'visit=x' }],
  ['/mine', '200', { cookie: 'visit=1; theme=dark blue' }],
  ['/mine', '400 cookie parameter theme must be one of dark blue, light', { cookie: 'visit=1; theme=dark%20blue' }],
  ['/tenant', '400 header parameter X-Tenant is required', { 'x-key': 'k' }],
  ['/tenant', '200', { ...tenant, accept: '*/*', 'content-type': 'text/x' }],
  ['/tenant', '200', { 'x-tenant': 'a' }],
  ['/batch', '200', { 'x-ids': '1, 2' }],
  ['/batch', '200', { 'x-ids': '1,2' }],
  ['/batch', '400 header parameter X-Ids[1] must be an integer', { 'x-ids': '1, x' }],
  ['/batch', '400 header parameter X-Ids is required'],
  ['/batch', '200', { 'x-ids': '1,, 2,' }],
  ['/batch', '200', { 'x-ids': '"1", 2' }],
  ['/either?at=5', '200'],
  ['/either?at=12', '200'],
])('%s is answered %s', async (path, answer, headers) => {
  expect(await ask(path, headers)).toBe(answer)
})

test('an item is found by the value of its parameter, whatever marks its style has', async () => {
  expect(await ask('/shelf/.5')).toBe('200{"id":5,"name":"upper"}')
  expect(await ask('/rack/;id=5')).toBe('200{"id":5,"name":"upper"}')
  expect(await ask('/shelf/.6')).toBe('404 no item "6" in shelves')
})

test('a method of QUERY, and one that no path has by itself, are operations', async () => {
  expect(await ask('/things', {}, 'QUERY')).toBe('200')
  expect(await ask('/things?to=a', {}, 'COPY')).toBe('201')
  expect(await ask('/things', {}, 'COPY')).toBe('400 query parameter to is required')
  expect(await ask('/things', {}, 'MOVE')).toMatch(/^405 /)
})

test('try takes lists and objects as JSON', async () => {
  const { out } = await sparring(['try', document, 'search', '--param', 'filter={"weight":7}'])
  expect(out).toMatch(/\/search\?filter%5Bweight%5D=7$/m)
  expect(out).toMatch(/^=> 200 by /m)
})

test.each([
  ['search', /^GET \S+\/search\?filter%5Bweight%5D=-?\d+$/m],
  ['within', /^GET \S+\/within\?box=w,-?\d+,h,-?\d+$/m],
  ['pick', /^GET \S+\/pick\?ids=-?\d+(?:\|-?\d+)*$/m],
  ['shelf', /^GET \S+\/shelf\/\.5$/m],
  ['rack', /^GET \S+\/rack\/;id=5$/m],
  ['query', /^GET \S+\/query\?q=%7B%22city%22/m],
  ['whole', /^GET \S+\/whole\?n=-?\d+/m],
  ['mine', /^cookie: visit=-?\d+$/m],
  ['batch', /^x-ids: -?\d+(?:,-?\d+)*$/m],
  ['copyThings', /^COPY \S+\/things\?to=/m],
])('try writes %s as its style says, and is not refused', async (operation, line) => {
  const { out } = await sparring(['try', document, operation])
  expect(out).toMatch(line)
  expect(out).toMatch(/^=> 20\d by /m)
})

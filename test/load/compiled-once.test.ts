import { rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createLibrary, type LibraryOptions } from '../../mocks/load/library.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'
import { frozenMock } from '../support/mock/mock.ts'
import { testFolder } from '../support/mock/spec.ts'

const ACME = `openapi: 3.1.0
info: { title: Acme, version: '1' }
servers: [{ url: https://api.acme.example }]
paths:
  /notes:
    get:
      operationId: listNotes
      x-mock: { collection: { do: list, in: notes } }
      responses:
        '200': { description: All, content: { application/json: { schema: { type: array, items: { $ref: note.yaml } } } } }
    post:
      operationId: createNote
      x-mock: { collection: { do: create, in: notes } }
      requestBody: { content: { application/json: { schema: { $ref: note.yaml } } } }
      responses:
        '201': { description: Made, content: { application/json: { schema: { $ref: note.yaml } } } }
x-mock:
  collections: { notes: { id: 'note_{hex12}' } }
`
const NOTE = 'type: object\nproperties: { id: { type: string }, text: { type: string } }\n'
const SIDECAR = `overlay: 1.1.0
info: { title: Acme, version: '1' }
actions:
  - target: $.info
    update: { title: Acme of ours }
`

function folder(files: Readonly<Record<string, string>> = {}): string {
  return testFolder({ 'acme.yaml': ACME, 'note.yaml': NOTE, ...files })
}

/** The vendor of a document, by a library of its own. */
function load(cwd: string, options: LibraryOptions = {}, file = 'acme.yaml'): Vendor {
  return createLibrary({ cwd, ...options }).vendor(file)
}

test('mocks of one document share the compiled vendor', () => {
  const cwd = folder()
  expect(load(cwd)).toBe(load(cwd))
})

test.each([
  ['the document', 'acme.yaml', ACME.replace('title: Acme', 'title: Acme Notes')],
  ['a file that it references', 'note.yaml', `${NOTE}required: [text]\n`],
  ['a sidecar beside it', 'acme.mock.overlay.yaml', SIDECAR],
])('a document is compiled anew after a change of %s', (_, name, text) => {
  const cwd = folder()
  const before = load(cwd)
  writeFileSync(`${cwd}/${name}`, text)
  const after = load(cwd)
  expect(after).not.toBe(before)
  expect(load(cwd)).toBe(after)
})

test('a file that was missing is seen when it is there', () => {
  const cwd = folder()
  rmSync(`${cwd}/note.yaml`)
  expect(load(cwd).flaws.length).toBeGreaterThan(0)
  writeFileSync(`${cwd}/note.yaml`, NOTE)
  expect(load(cwd).flaws).toEqual([])
  rmSync(`${cwd}/note.yaml`)
  expect(load(cwd).flaws.length).toBeGreaterThan(0)
})

test('a library that checks, or is strict, or has another folder or name for the document, compiles it anew', () => {
  const cwd = folder()
  const usual = load(cwd)
  expect(load(cwd, { checkOwn: true })).not.toBe(usual)
  expect(load(cwd, { strict: true })).not.toBe(usual)
  expect(load('/', {}, `${cwd}/acme.yaml`).file).not.toBe(usual.file)
  expect(createLibrary({ cwd }).vendor('acme.yaml', undefined, 'notes').name).toBe('notes')
})

test('a library that was refreshed, or has a document given as an object, compiles for itself', () => {
  const cwd = folder()
  const usual = load(cwd)
  const library = createLibrary({ cwd })
  expect(library.vendor('acme.yaml')).toBe(usual)
  library.refresh()
  expect(library.vendor('acme.yaml')).not.toBe(usual)
  const other = createLibrary({ cwd })
  const responses = { 200: { description: 'All' } }
  other.givenVendor('given', {
    openapi: '3.1.0',
    info: { title: 'Given', version: '1' },
    paths: { '/': { get: { responses } } },
  })
  expect(other.vendor('acme.yaml')).not.toBe(usual)
  expect(load(cwd)).toBe(usual)
})

test('a document with code or dialects is compiled for each mock', () => {
  const coded = folder()
  const plain = load(coded)
  writeFileSync(`${coded}/acme.operations.mjs`, 'export const operations = {}')
  expect(load(coded)).not.toBe(plain)
  expect(load(coded)).not.toBe(load(coded))
  const spoken = folder({
    'acme.yaml': `${ACME}  dialects: {}\n`,
    'dialects/loud.overlay.yaml': SIDECAR.replace('actions:', 'extends: ../acme.yaml\nactions:'),
  })
  expect(load(spoken)).not.toBe(load(spoken))
})

test('a wrong document is refused with all its problems each time', () => {
  const cwd = folder({
    'acme.yaml': ACME.replace('list, in: notes', 'list, in: nots').replace('create, in: notes', 'create, in: notez'),
  })
  const messages = [1, 2].map(() => {
    try {
      return String(load(cwd))
    } catch (error) {
      return (error as Error).message
    }
  })
  expect(messages[0]).toContain('nots')
  expect(messages[0]).toContain('notez')
  expect(messages[1]).toBe(messages[0])
})

test('a change of one mock does not affect another of the same document', async () => {
  const vendors = [`${folder()}/acme.yaml`]
  const [first, second] = [frozenMock({ vendors }), frozenMock({ vendors })]
  const url = 'https://api.acme.example/notes'
  const body = JSON.stringify({ text: 'Buy milk' })
  const made = await first.fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(made.status).toBe(201)
  first.play([], { rules: [{ then: { answer: { status: 200, body: [{ text: 'Played' }] } } }] })
  expect(await (await first.fetch(url)).json()).toEqual([{ text: 'Played' }])
  const listed = await second.fetch(url)
  expect([listed.status, await listed.json()]).toEqual([200, []])
  expect(first.journal.exchanges()).toHaveLength(2)
  expect(second.journal.exchanges()).toHaveLength(1)
  expect([first, second].map((mock) => mock.coverage().met)).toEqual([2, 1])
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { project, root, sparring } from '../../support/processes/cli.ts'

const DOCUMENT = `openapi: 3.2.0
info: { title: Parts, version: '1' }
webhooks: { moved: { post: { responses: { '200': { description: Taken. } } } } }
components: { securitySchemes: { certificate: { type: mutualTLS } } }
paths:
  /things:
    post:
      callbacks: { done: { '{$request.body#/url}': { post: { responses: { '200': { description: Taken. } } } } } }
      responses:
        '200':
          description: Done.
          links: { next: { operationId: getThing } }
          content:
            text/event-stream: { itemSchema: { type: object } }
            multipart/form-data: { schema: { type: object }, encoding: { file: { contentType: image/png } } }
    put:
      callbacks: { done: { '{$request.body#/url}': { trace: { responses: { '200': { description: Taken. } } } } } }
      responses: { '200': { description: Done. } }
`

const names = ['callbacks', 'webhooks', 'links', 'mutualTLS']

test('check names each unread part of OpenAPI in a document once, and not as an error', async () => {
  const { code, out } = await sparring(['check', 'parts.yaml'], { cwd: project({ 'parts.yaml': DOCUMENT }) })
  const lines = out.split('\n').filter((line) => line.includes('not-read'))
  expect(lines.map((line) => /"(\w+)" is not read/.exec(line)![1]).sort()).toEqual([...names].sort())
  expect(lines).toContain(
    'parts.yaml:17:54 info not-read: "callbacks" is not read. Callbacks are sent, except those with a method that clients may not send: CONNECT, TRACE, TRACK.',
  )
  expect(code).toBe(0)
})

test('the page lists the same parts', () => {
  const page = readFileSync(`${root}docs/your-own-vendor.md`, 'utf8')
  const table = page.split('<!-- unread -->')[1]!.split('\n## ')[0]!
  expect([...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(names)
})

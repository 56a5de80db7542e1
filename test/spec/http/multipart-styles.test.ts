import { expect, test } from 'vitest'
import { vendorMock } from '../../support/mock/spec.ts'

const document = (version: string): string => `
openapi: ${version}
info: { title: Forms, version: '1' }
servers: [{ url: https://forms.example }]
paths:
  /forms:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema: { type: object, required: [place], properties: { place: { type: object, required: [x], properties: { x: { type: integer } } } } }
            encoding: { place: { style: form, explode: false } }
      responses: { '204': { description: d } }
`

const PARTS = {
  'JSON that says so': ['Content-Type: application/json', '{"x":1}'],
  JSON: ['X-Note: none', '{"x":1}'],
  'the style': ['X-Note: none', 'x,1'],
} as const

async function post(version: string, [header, text]: readonly [header: string, text: string]): Promise<number> {
  const body = `--cut\r\nContent-Disposition: form-data; name="place"\r\n${header}\r\n\r\n${text}\r\n--cut--\r\n`
  const headers = { 'content-type': 'multipart/form-data; boundary=cut' }
  const mock = vendorMock('forms', document(version))
  return (await mock.fetch('https://forms.example/forms', { method: 'POST', headers, body })).status
}

// OpenAPI 3.0.0 to 3.0.3, section 4.7.15: outside of urlencoded forms, styles are ignored.
test.each([
  ['3.0.3', 'JSON that says so', 204],
  ['3.0.3', 'JSON', 204],
  ['3.0.3', 'the style', 400],
  ['3.0.4', 'the style', 204],
  ['3.1.0', 'the style', 204],
  ['3.1.0', 'JSON', 400],
  ['3.1.0', 'JSON that says so', 204],
] as const)(
  'in OpenAPI %s a part with a documented style that is written as %s is answered with %i',
  async (...row) => {
    const [version, written, status] = row
    expect(await post(version, PARTS[written])).toBe(status)
  },
)

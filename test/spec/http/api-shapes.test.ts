import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const PARTS = 'multipart/related; boundary=b'

interface Sent {
  readonly method?: string
  readonly type?: string
  readonly accept?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What is sent, and what comes back: the status, the media type, and a piece of the body. */
type Case = readonly [path: string, sent: Sent, status: number, type: string | null, piece: string]

const CASES: Readonly<Record<string, readonly [origin: string, cases: readonly Case[]]>> = {
  payments: [
    'https://api.payments.example',
    [
      ['/v1/customers?created[gt]=5&expand[]=data.source&limit=3', {}, 200, JSON_TYPE, '"object":"list"'],
      ['/v1/customers?created[gt]=x', {}, 400, JSON_TYPE, 'query parameter created.gt must be an integer'],
      [
        '/v1/customers',
        { type: FORM, body: 'items[0][price]=a&items[0][quantity]=2&items[1][price]=b&items[1][tax_rates][0]=t' },
        200,
        JSON_TYPE,
        '"customer"',
      ],
      [
        '/v1/customers',
        { type: FORM, body: 'items[0][price]=a&items[0][quantity]=two' },
        400,
        JSON_TYPE,
        'items[0].quantity must be an integer',
      ],
      ['/v1/customers', { type: FORM, body: 'items={"price":"a"}&preferred_locales=en' }, 200, JSON_TYPE, '"customer"'],
      [
        '/v1/customers',
        { type: FORM, body: 'metadata[__proto__][x]=1' },
        400,
        JSON_TYPE,
        'metadata.__proto__ must be a string',
      ],
      ['/v1/customers', { type: FORM, body: 'items[99999999][price]=a' }, 200, JSON_TYPE, '"customer"'],
      ['/v1/customers', { type: JSON_TYPE, body: '{}' }, 415, JSON_TYPE, 'unsupported_media_type'],
    ],
  ],
  'code-host': [
    'https://api.code.example',
    [
      [
        '/repos/a/b/issues',
        { accept: 'application/vnd.code.v3+json' },
        200,
        'application/vnd.code.v3+json',
        '"node_id"',
      ],
      ['/repos/a/b/issues', { accept: 'text/html' }, 406, 'application/problem+json', 'Not Acceptable'],
      ['/repos/a/b/issues?state=gone', {}, 422, JSON_TYPE, 'query parameter state must be one of open, closed, all'],
      ['/repos/a/b/contents/README.md', {}, 200, JSON_TYPE, '"type":'],
      ['/repos/a/b/contents/docs/deep/README.md', {}, 200, JSON_TYPE, '"type":'],
      [
        '/repos/a/b/contents/README.md',
        { accept: 'application/vnd.code.object' },
        200,
        'application/vnd.code.object',
        '{"type":"file"',
      ],
      [
        '/repos/a/b/contents/README.md',
        { accept: 'application/vnd.code.raw+json' },
        200,
        'application/vnd.code.raw+json',
        '"',
      ],
      ['/repos/a/b/zipball/main', {}, 302, null, ''],
      ['/markdown/raw', { type: 'text/x-markdown', body: '# a' }, 200, 'text/html', '<p>text</p>'],
    ],
  ],
  cluster: [
    'https://cluster.example',
    [
      [
        '/api/v1/namespaces/d/pods?watch=maybe',
        {},
        400,
        'application/problem+json',
        'query parameter watch must be a boolean',
      ],
      ['/api/v1/namespaces/d/pods', { accept: 'application/yaml' }, 200, 'application/yaml', '{"apiVersion":'],
      ['/api/v1/namespaces/d/pods', { accept: 'text/yaml' }, 200, 'application/yaml', '{"apiVersion":'],
      [
        '/api/v1/watch/namespaces/d/pods',
        { accept: 'application/json;stream=watch' },
        200,
        'application/json;stream=watch',
        '"type"',
      ],
      [
        '/api/v1/namespaces/d/pods/a',
        { method: 'PATCH', type: 'application/merge-patch+json', body: '{}' },
        200,
        JSON_TYPE,
        '"kind"',
      ],
      [
        '/api/v1/namespaces/d/pods/a',
        { method: 'PATCH', type: 'application/json-patch+json', body: '[{"op":"remove","path":"/a"}]' },
        200,
        JSON_TYPE,
        '"kind"',
      ],
      [
        '/api/v1/namespaces/d/pods/a',
        { method: 'PATCH', type: 'application/merge-patch+json', body: '[]' },
        400,
        'application/problem+json',
        'must be an object',
      ],
      [
        '/api/v1/namespaces/d/pods/a',
        { method: 'PATCH', type: JSON_TYPE, body: '{}' },
        415,
        'application/problem+json',
        'content-type is application/json',
      ],
    ],
  ],
  messages: [
    'https://api.messages.example',
    [
      [
        '/2010/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json?DateSent%3E=2026-01-01T00:00:00Z',
        {},
        200,
        JSON_TYPE,
        '"messages"',
      ],
      [
        '/2010/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json?DateSent%3E=x',
        {},
        400,
        'application/problem+json',
        'DateSent> must be a valid date-time',
      ],
      [
        '/2010/Accounts/AC1/Messages.json',
        {},
        400,
        'application/problem+json',
        'AccountSid must have at least 34 characters',
      ],
      [
        '/2010/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json',
        { type: FORM, body: 'To=1&MediaUrl=https://a.example&MediaUrl=nope' },
        400,
        'application/problem+json',
        'MediaUrl[1] must be a valid uri',
      ],
    ],
  ],
  chat: [
    'https://chat.example',
    [
      [
        '/api/chat.postMessage',
        { type: FORM, body: 'channel=C1&thread_ts=1.5', headers: { token: 'x' } },
        200,
        JSON_TYPE,
        '"ok":true',
      ],
      [
        '/api/chat.postMessage',
        { type: JSON_TYPE, body: '{"channel":"C1","as_user":true}', headers: { token: 'x' } },
        200,
        JSON_TYPE,
        '"ok":true',
      ],
      [
        '/api/chat.postMessage',
        { type: JSON_TYPE, body: '{"as_user":"x"}', headers: { token: 'x' } },
        400,
        JSON_TYPE,
        '{"ok":false,"error":"invalid_arguments"}',
      ],
      ['/api/conversations.list?channels=a,b', {}, 200, JSON_TYPE, '"ok":true'],
    ],
  ],
  models: [
    'https://api.models.example',
    [
      [
        '/v1/chat/completions',
        {
          type: JSON_TYPE,
          accept: 'text/event-stream',
          body: '{"model":"m","messages":[{"role":"user","content":"a"}]}',
        },
        200,
        'text/event-stream',
        'data: {"id":',
      ],
      [
        '/v1/chat/completions',
        { type: JSON_TYPE, body: '{"model":"m","messages":[],"stop":["a","b","c","d","e"]}' },
        400,
        'application/problem+json',
        'messages must have at least 1 item',
      ],
      [
        '/v1/audio/speech',
        { type: JSON_TYPE, body: '{"model":"a","input":"b","voice":"ash"}' },
        200,
        'application/octet-stream',
        '',
      ],
    ],
  ],
  shop: [
    'https://demo.shops.example',
    [
      ['/admin/api/2026-01/products.json?ids=788032119674292923,5', {}, 200, JSON_TYPE, '"products"'],
      ['/admin/api/2026-04/products/788032119674292923.json', {}, 200, JSON_TYPE, '"id":9223372036854775807'],
      ['/admin/api/2026-04/products/count.json', {}, 200, JSON_TYPE, '"count"'],
      ['/admin/api/2026-04/products/abc.json', {}, 400, 'application/problem+json', 'product_id must be an integer'],
    ],
  ],
  storage: [
    'https://box.storage.example',
    [
      ['/?list-type=2', {}, 200, 'text/xml', '<ListBucketResult xmlns="http://storage.example/doc/2006-03-01/">'],
      ['/?list-type=2&list-type=2', {}, 200, 'text/xml', '<ListBucketResult'],
      [
        '/?delete',
        { type: 'application/xml', body: '<Delete><Object><Key>a</Key></Object></Delete>' },
        200,
        'text/xml',
        '<DeleteResult',
      ],
      [
        '/?delete=true',
        { type: 'text/xml', body: '<Delete><Object><Key></Key></Object></Delete>' },
        400,
        'application/problem+json',
        'Object[0].Key must have at least 1 character',
      ],
      [
        '/?delete',
        { type: 'text/xml', body: '<!DOCTYPE a [<!ENTITY e "x">]><Delete><Object><Key>&e;</Key></Object></Delete>' },
        400,
        'application/problem+json',
        'not XML',
      ],
      ['/photos/2026/cat.jpg', {}, 200, 'application/octet-stream', ''],
      ['/a?acl&acl=true', {}, 200, 'text/xml', 'xsi:type="CanonicalUser"'],
      ['/photos/cat.jpg', { method: 'PATCH' }, 405, 'application/problem+json', 'GET, HEAD, PUT, DELETE, not PATCH'],
    ],
  ],
  drive: [
    'https://drive.example',
    [
      ['/v3/files?alt=yaml', {}, 400, 'application/problem+json', 'alt must be one of json, media, proto'],
      ['/v3/files/a', { accept: 'image/png' }, 200, 'image/png', ''],
      [
        '/upload/v3/files?uploadType=multipart',
        {
          type: PARTS,
          body: '--b\r\nContent-Type: application/json\r\n\r\n{"name":"a"}\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--',
        },
        200,
        JSON_TYPE,
        '"kind"',
      ],
      [
        '/upload/v3/files?uploadType=multipart',
        {
          type: PARTS,
          body: '--b\r\nContent-Type: application/json\r\n\r\n{"name":5}\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--',
        },
        400,
        'application/problem+json',
        'metadata.name must be a string',
      ],
      [
        '/upload/v3/files?uploadType=multipart',
        { type: PARTS, body: '--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b--' },
        400,
        'application/problem+json',
        'media is required',
      ],
      ['/v1/operations/a:cancel', { method: 'POST' }, 200, JSON_TYPE, '{'],
      ['/v1/others/a:cancel', { method: 'POST' }, 400, 'application/problem+json', 'name must match the pattern'],
      [
        '/v1/documents:annotate',
        { type: JSON_TYPE, body: '{"document":{"type":"PDF"}}' },
        400,
        'application/problem+json',
        'document.type must be one of',
      ],
    ],
  ],
  records: [
    'https://records.example',
    [
      [
        '/fhir/r5/Patient?birthdate=ge2020-01-01&birthdate=lt2021&name:exact=Ada&_sort=-birthdate,name',
        {},
        200,
        'application/fhir+json',
        '"Bundle"',
      ],
      [
        '/fhir/r5/Patient?birthdate=yesterday',
        {},
        400,
        'application/fhir+json',
        '"diagnostics":"query parameter birthdate[0] must match the pattern',
      ],
      ['/fhir/r5/Patient/a', { accept: 'application/fhir+xml' }, 200, 'application/fhir+xml', '<Patient>'],
      [
        '/fhir/r5/Patient',
        { type: 'application/fhir+json', body: '{"resourceType":"Observation"}' },
        422,
        'application/fhir+json',
        '"OperationOutcome"',
      ],
      ['/fhir/r5/Patient/a/%24everything', {}, 200, 'application/fhir+json', '"Bundle"'],
      ['/fhir/r5/$export', {}, 400, 'application/problem+json', 'header parameter Prefer is required'],
    ],
  ],
}

test.each(Object.entries(CASES))(
  '%s: requests are taken and refused as the document says',
  async (name, [origin, cases]) => {
    const ending = name === 'cluster' ? 'json' : 'yaml'
    const mock = frozenMock({ vendors: [`test/fixtures/documents/apis/${name}.${ending}`] })
    const answers: unknown[] = []
    for (const [path, { method, type, accept, body, headers }, , , piece] of cases) {
      const response = await mock.fetch(origin + path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        redirect: 'manual',
        headers: {
          authorization: name === 'payments' || name === 'messages' ? 'Basic YTpi' : 'Bearer a',
          'x-shop-access-token': 'a',
          ...(type !== undefined && { 'content-type': type }),
          ...(accept !== undefined && { accept }),
          ...headers,
        },
        ...(body !== undefined && { body }),
      })
      const text = await response.text()
      answers.push([path, response.status, response.headers.get('content-type'), text.includes(piece) ? piece : text])
    }
    expect(answers).toEqual(cases.map(([path, , status, type, piece]) => [path, status, type, piece]))
  },
)

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { createGenerator } from '../../mocks/generate/generator.ts'
import { loadFaker } from '../../mocks/load/load-faker.ts'
import { createSchemas } from '../../mocks/spec/schema/validator.ts'
import { project, sparring } from '../support/processes/cli.ts'

const S = 'string'
const SCHEMAS = {
  uniq20bool: { type: 'array', uniqueItems: true, minItems: 2, items: { type: 'boolean' } },
  uniqInt: { type: 'array', uniqueItems: true, minItems: 100, items: { type: 'integer', minimum: 1, maximum: 100 } },
  uniqEnum: { type: 'array', uniqueItems: true, minItems: 5, items: { enum: ['a', 'b', 'c', 'd', 'e'] } },
  uniqText: { type: 'array', uniqueItems: true, minItems: 500, items: { type: S } },
  uniqPat: { type: 'array', uniqueItems: true, minItems: 26, items: { type: S, pattern: '^[a-z]$' } },
  uniqObj: {
    type: 'array',
    uniqueItems: true,
    minItems: 12,
    items: { type: 'object', required: ['k'], properties: { k: { enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] } } },
  },
  uniqEmail: { type: 'array', uniqueItems: true, minItems: 50, items: { type: S, format: 'email' } },
  uniqDate: { type: 'array', uniqueItems: true, minItems: 50, items: { type: S, format: 'date' } },
  uniqHost: { type: 'array', uniqueItems: true, minItems: 50, items: { type: S, format: 'hostname' } },
  uniqRegex: { type: 'array', uniqueItems: true, minItems: 20, items: { type: S, format: 'regex' } },
  uniqNum: { type: 'array', uniqueItems: true, minItems: 30, items: { type: 'number', minimum: 0, maximum: 1 } },
  tinyMul: { type: 'number', multipleOf: 1e-9 },
  tinyMul2: { type: 'number', multipleOf: 0.0000001, minimum: 0, maximum: 1 },
  tinyMul4: { type: 'number', multipleOf: 0.01, minimum: 0.001, maximum: 0.019 },
  mul5: { type: 'number', multipleOf: 0.1, minimum: 1000000, maximum: 1000001 },
  mul6: { type: 'number', allOf: [{ multipleOf: 0.2 }, { multipleOf: 0.3 }], minimum: 1 },
  mul7: { type: 'integer', multipleOf: 0.5, minimum: 3, maximum: 4 },
  mul8: { type: 'integer', multipleOf: 1e15, minimum: 1 },
  mulEx: { type: 'integer', multipleOf: 3, exclusiveMinimum: 3, exclusiveMaximum: 7 },
  uriMax: { type: S, format: 'uri', maxLength: 15 },
  uriMax2: { type: S, format: 'uri', maxLength: 5 },
  uriMin: { type: S, format: 'uri', minLength: 200 },
  dtLen: { type: S, format: 'date-time', minLength: 25, maxLength: 40 },
  dtMax: { type: S, format: 'date-time', maxLength: 20 },
  dtPat: { type: S, format: 'date-time', pattern: '^2019' },
  dPat: { type: S, format: 'date', pattern: '-01$' },
  dPat2: { type: S, format: 'date', pattern: '^\\d{4}-02-\\d{2}$' },
  uuidPat: { type: S, format: 'uuid', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7' },
  uuidPre: { type: S, format: 'uuid', pattern: '^00' },
  emailPat: { type: S, format: 'email', pattern: '@acme\\.com$' },
  emailMax: { type: S, format: 'email', maxLength: 8 },
  emailPat2: { type: S, format: 'email', pattern: '^[a-z]+@[a-z]+\\.[a-z]+$', minLength: 20, maxLength: 30 },
  urlPat: { type: S, format: 'uri', pattern: '^https://', maxLength: 30 },
  urlPat2: { type: S, format: 'uri', pattern: '^s3://[a-z]+/' },
  ipPat: { type: S, format: 'ipv4', pattern: '^10\\.' },
  hostMax: { type: S, format: 'hostname', maxLength: 6 },
  hostPat: { type: S, format: 'hostname', pattern: '\\.example\\.com$' },
  hostPat2: { type: S, format: 'hostname', pattern: '^[a-z]{3}$' },
  byteLen: { type: S, format: 'byte', minLength: 5, maxLength: 8 },
  byteLen2: { type: S, format: 'byte', minLength: 17 },
  durPat: { type: S, format: 'duration', pattern: 'H$' },
  timePat: { type: S, format: 'time', pattern: 'Z$' },
  look: { type: S, pattern: '^(?=.*\\d)(?=.*[A-Z])[A-Za-z\\d]{8,}$' },
  look2: { type: S, pattern: '^(?!foo)[a-z]{3}$' },
  look3: { type: S, pattern: '^(?=.{5,10}$)[a-z]+\\.[a-z]+$' },
  pw: { type: S, pattern: '^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)(?=.*[@$!%*?&])[A-Za-z\\d@$!%*?&]{8,}$' },
  twoPat: { type: S, allOf: [{ pattern: '^a' }, { pattern: 'z$' }] },
  twoPat2: { type: S, allOf: [{ pattern: '[A-Z]' }, { pattern: '[0-9]' }, { pattern: '[a-z]' }], minLength: 8 },
  twoPat3: { type: S, allOf: [{ pattern: '^[a-z0-9]+$' }, { pattern: '[0-9]{3}' }], maxLength: 4 },
  patLen: { type: S, pattern: '^[a-z]+$', minLength: 50, maxLength: 50 },
  patLen2: { type: S, pattern: '^\\d{3}-\\d+$', minLength: 12, maxLength: 12 },
  patLen3: { type: S, pattern: '^([a-z]+,)*[a-z]+$', minLength: 40, maxLength: 41 },
  patLen4: { type: S, pattern: '^\\S*$', minLength: 100, maxLength: 100 },
  patLen5: { type: S, pattern: '^(\\w+ ){2}\\w+$', minLength: 9, maxLength: 9 },
  bnd: { type: S, pattern: '\\bfoo\\b', minLength: 10 },
  unicode: { type: S, pattern: '^\\p{Lu}\\p{Ll}+$', minLength: 3 },
  emoji: { type: S, minLength: 3, maxLength: 3, pattern: '^.{3}$' },
  nonascii: { type: S, pattern: '^[\\u00e0-\\u00ff]{3}$' },
  condThen: {
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: ['a', 'b'] } },
    if: { properties: { kind: { const: 'a' } } },
    then: { required: ['x'], properties: { x: { type: 'integer' } } },
    else: { required: ['y'] },
  },
  condEach: {
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: ['c', 'a', 'b'] } },
    allOf: [
      { if: { properties: { kind: { const: 'a' } } }, then: { required: ['x'] } },
      { if: { properties: { kind: { const: 'b' } } }, then: { required: ['y'] } },
      {
        if: { properties: { kind: { const: 'c' } } },
        then: { required: ['z'], properties: { z: { type: 'integer' } } },
      },
    ],
  },
  uneval: {
    type: 'object',
    properties: { a: { type: S } },
    allOf: [{ properties: { b: { type: 'integer' } }, required: ['b'] }],
    unevaluatedProperties: false,
  },
  uneval2: {
    type: 'object',
    oneOf: [
      { properties: { a: { type: S } }, required: ['a'] },
      { properties: { b: { type: S } }, required: ['b'] },
    ],
    unevaluatedProperties: false,
    minProperties: 1,
  },
  unevalSchema: {
    type: 'object',
    properties: { a: { type: S } },
    unevaluatedProperties: { type: 'integer' },
    minProperties: 3,
  },
  unevalItems: { type: 'array', prefixItems: [{ type: S }], unevaluatedItems: false, minItems: 1 },
  unevalItems2: {
    type: 'array',
    allOf: [{ prefixItems: [{ type: S }, { type: 'integer' }] }],
    unevaluatedItems: false,
    minItems: 2,
  },
  unevalItems3: { type: 'array', prefixItems: [{ type: S }], unevaluatedItems: { type: 'boolean' }, minItems: 4 },
  containsU: { type: 'array', contains: { type: 'integer' }, unevaluatedItems: { type: S }, minItems: 3 },
  contains: {
    type: 'array',
    items: { type: ['integer', 'string'] },
    contains: { const: 5 },
    minContains: 2,
    maxContains: 2,
    minItems: 4,
  },
  contains0: { type: 'array', contains: { const: 5 }, minContains: 0, maxContains: 0, minItems: 2 },
  dynRef: {
    $id: 'https://x/tree',
    $dynamicAnchor: 'node',
    type: 'object',
    required: ['data', 'children'],
    properties: { data: { type: 'integer' }, children: { type: 'array', items: { $dynamicRef: '#node' } } },
  },
  dynRef2: {
    $id: 'https://x/strict',
    $dynamicAnchor: 'node',
    allOf: [{ $ref: 'tree' }],
    required: ['label'],
    properties: { label: { type: S } },
    $defs: {
      t: {
        $id: 'tree',
        $dynamicAnchor: 'node',
        type: 'object',
        required: ['children'],
        properties: {
          children: {
            type: 'array',
            minItems: 1,
            maxItems: 1,
            items: { anyOf: [{ type: 'null' }, { $dynamicRef: '#node' }] },
          },
        },
      },
    },
  },
  enumSib: { enum: [1, 'a', null, 'bbbb', 5], type: S, minLength: 2 },
  enumObj: { enum: [{ a: 1 }, { b: 2 }], required: ['b'] },
  enumPat: { enum: ['ax', 'bx', 'cy'], pattern: 'y$' },
  enumFmt: { enum: ['nope', 'a@b.example'], format: 'email' },
  constSib: { const: 5, minimum: 3 },
  enumNot: { enum: ['a', 'b', 'c'], not: { enum: ['a', 'b'] } },
  enumAll: { allOf: [{ enum: [1, 2, 3] }, { enum: [3, 4] }] },
  enumArr: { enum: [[1], [1, 2]], minItems: 2 },
  notConst: { type: S, not: { const: 'a' } },
  notPat: { type: S, not: { pattern: '^[a-z ]+$' } },
  depReq: { type: 'object', properties: { a: { type: S }, b: { type: S } }, dependentRequired: { a: ['c'] } },
  depSch: {
    type: 'object',
    properties: { a: { type: S } },
    required: ['a'],
    dependentSchemas: { a: { required: ['z'], properties: { z: { const: 1 } } } },
  },
  propNames: {
    type: 'object',
    propertyNames: { pattern: '^[A-Z]{3}$' },
    minProperties: 4,
    additionalProperties: { type: 'integer' },
  },
  propNamesEnum: { type: 'object', propertyNames: { enum: ['a', 'b', 'c'] }, minProperties: 3 },
  patProps: {
    type: 'object',
    patternProperties: { '^x-': { type: 'integer' }, '^y-': { type: S } },
    additionalProperties: false,
    minProperties: 5,
  },
  maxProps: { type: 'object', maxProperties: 1, properties: { a: { type: S }, b: { type: S } }, required: ['b'] },
  oneOfOpen: {
    oneOf: [
      { type: 'object', properties: { a: { type: S } } },
      { type: 'object', properties: { b: { type: 'object' } } },
    ],
  },
  oneOfOpen2: {
    oneOf: [
      { type: 'object', required: ['a'], properties: { a: { type: S } } },
      { type: 'object', properties: { a: { type: S }, b: { type: 'integer' } } },
    ],
  },
  oneOfNum: { oneOf: [{ type: 'integer' }, { type: 'number' }] },
  oneOfMult: {
    oneOf: [
      { type: 'integer', multipleOf: 3 },
      { type: 'integer', multipleOf: 5 },
    ],
  },
  oneOfStr: { oneOf: [{ type: S }, { type: S, format: 'uri' }] },
  oneOfStr2: {
    oneOf: [
      { type: S, maxLength: 5 },
      { type: S, minLength: 3 },
    ],
  },
  oneOfEnum: { oneOf: [{ type: S, enum: ['a', 'b'] }, { type: S }] },
  oneOfArr: {
    oneOf: [
      { type: 'array', items: { type: S } },
      { type: 'array', items: { type: 'integer' } },
    ],
  },
  bigNum: { type: 'number', minimum: 1e20, maximum: 1e21 },
  bigInt: { type: 'integer', minimum: 9007199254740990 },
  negNum: { type: 'number', exclusiveMinimum: 0, maximum: 1e-5 },
  int32: { type: 'integer', format: 'int32' },
  strict: { type: 'object', additionalProperties: false, required: ['a'], properties: { a: true } },
  minP: { type: 'object', minProperties: 2, properties: { a: { type: S } } },
  recur: {
    $defs: {
      n: {
        type: 'object',
        required: ['next'],
        properties: { next: { anyOf: [{ $ref: '#/$defs/n' }, { type: 'null' }] } },
      },
    },
    $ref: '#/$defs/n',
  },
  recur2: {
    $defs: {
      n: { type: 'object', required: ['kids'], properties: { kids: { type: 'array', items: { $ref: '#/$defs/n' } } } },
    },
    $ref: '#/$defs/n',
  },
  recurPat: { $defs: { n: { type: 'object', patternProperties: { '^a': { $ref: '#/$defs/n' } } } }, $ref: '#/$defs/n' },
  recurUn: { $defs: { n: { type: 'object', unevaluatedProperties: { $ref: '#/$defs/n' } } }, $ref: '#/$defs/n' },
  recurDep: {
    $defs: {
      n: {
        type: 'object',
        properties: { a: { type: S } },
        dependentSchemas: { a: { properties: { b: { $ref: '#/$defs/n' } } } },
      },
    },
    $ref: '#/$defs/n',
  },
  recurIf: {
    $defs: { n: { type: 'object', if: { required: ['a'] }, then: { properties: { a: { $ref: '#/$defs/n' } } } } },
    $ref: '#/$defs/n',
  },
  recurContains: {
    $defs: { n: { type: 'array', contains: { $ref: '#/$defs/n' }, minContains: 0 } },
    $ref: '#/$defs/n',
  },
  recurNames: {
    $defs: { n: { type: 'object', propertyNames: { maxLength: 3 }, additionalProperties: { $ref: '#/$defs/n' } } },
    $ref: '#/$defs/n',
  },
  recurOne: {
    $defs: {
      n: {
        oneOf: [
          {
            type: 'object',
            required: ['and'],
            properties: { and: { type: 'array', minItems: 2, items: { $ref: '#/$defs/n' } } },
          },
          { type: 'object', required: ['eq'], properties: { eq: { type: S } } },
        ],
      },
    },
    $ref: '#/$defs/n',
  },
}

test.each(Object.entries(SCHEMAS))('generated values fit all keywords together: %s', (_name, schema) => {
  const schemas = createSchemas({ components: { schemas: { X: schema } } }, { version: '3.1.0' })
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const judge = ajv.compile(schema)
  for (let seed = 0; seed < 4; seed++) {
    const generator = createGenerator({ schemas, seed, loadFaker })
    const { value } = generator.generateValid(schema, ['test'], schemas.validator(schema))
    expect([judge(value), judge.errors, value]).toEqual([true, null, value])
  }
})

test('a `$dynamicRef` leads to what the outermost schema has by that name', () => {
  const page = {
    $id: 'https://things.example/page',
    $defs: {
      thing: { $dynamicAnchor: 'T', type: 'object', required: ['n'], properties: { n: { const: 7 } } },
      list: {
        $id: 'list',
        $defs: { anything: { $dynamicAnchor: 'T', not: {} } },
        type: 'object',
        required: ['items'],
        properties: { items: { type: 'array', minItems: 1, maxItems: 1, items: { $dynamicRef: '#T' } } },
      },
    },
    $ref: 'list',
  }
  const schemas = createSchemas({}, { version: '3.1.0' })
  const generator = createGenerator({ schemas, seed: 1, loadFaker })
  expect(generator.generateValid(page, ['test'], schemas.validator(page))).toEqual({
    value: { items: [{ n: 7 }] },
    issues: [],
  })
})

test('a value that fits many branches of a union gets a property of only one other branch as a last resort', () => {
  const schemas = createSchemas({}, { version: '3.1.0' })
  const generator = createGenerator({ schemas, seed: 1, loadFaker })
  const schema = {
    oneOf: [
      { type: 'object', properties: { a: { const: 1 } } },
      { type: 'object', properties: { b: { type: 'object' } } },
    ],
  }
  expect(generator.generateValid(schema, ['test'], schemas.validator(schema)).value).toEqual({ a: 1, b: null })
})

test('check reports an answer for which no value was found', async () => {
  const answer = (schema: string) =>
    `{ get: { responses: { '200': { description: d, content: { application/json: { schema: ${schema} } } } } } }`
  const document = `openapi: 3.1.0
info: { title: Unmade, version: '1' }
servers: [{ url: https://unmade.example }]
paths:
  /between: ${answer('{ type: number, multipleOf: 0.3, minimum: 0.1, maximum: 0.2 }')}
  /equal: ${answer('{ type: array, uniqueItems: true, minItems: 3, items: { type: boolean } }')}
  /short: ${answer('{ type: string, format: uuid, maxLength: 10 }')}
  /tiny: ${answer('{ type: number, multipleOf: 0.000000001 }')}
`
  const { code, out } = await sparring(['check', 'unmade.yaml'], { cwd: project({ 'unmade.yaml': document }) })
  const found = out.split('\n').filter((line) => line.includes(' no-value: '))
  expect(found).toEqual([
    'unmade.yaml:5:91 warning no-value: No value was found that this schema allows: value must be a number. What is answered breaks it. Give an example of the answer.',
    'unmade.yaml:6:89 warning no-value: No value was found that this schema allows: value must be an array. What is answered breaks it. Give an example of the answer.',
    'unmade.yaml:7:89 warning no-value: No value was found that this schema allows: value must have at most 10 characters. What is answered breaks it. Give an example of the answer.',
  ])
  expect(code).toBe(0)
})

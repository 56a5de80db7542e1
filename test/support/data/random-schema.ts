import fc from 'fast-check'

type Schema = Readonly<Record<string, unknown>>

const formats = [
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'uri',
  'uri-reference',
  'uri-template',
  'url',
  'uuid',
  'hostname',
  'ipv4',
  'ipv6',
  'byte',
  'binary',
  'password',
  'regex',
  'json-pointer',
  'relative-json-pointer',
  'a-format-of-our-own',
]
const patterns = [
  '^[a-z]{3,8}$',
  '^sk_(live|test)_[A-Za-z0-9]{10}$',
  '^\\d{3}-\\d{4}$',
  '^[^@\\s]+@[a-z]+\\.example$',
  '[A-Z]{2}',
  '^(?=.*\\d)[a-z0-9]{6}$',
  '^v\\d+(\\.\\d+){1,2}$',
  '^(?:a|b|c)?x+$',
  '^\\+1\\d{10}$',
  '^#[0-9a-f]{6}$',
  '^(\\w)-\\1$',
]
const names = [
  'id',
  'email',
  'first_name',
  'company',
  'price',
  'created_at',
  'tags',
  'status',
  'x',
  'phone',
  'url',
  'count',
]

/** A bound and one not below it. */
function bounds(low: string, high: string, max: number): fc.Arbitrary<Schema> {
  return fc.tuple(fc.nat(max), fc.nat(max), fc.constantFrom('none', 'low', 'high', 'both')).map(([a, b, which]) => ({
    ...(which === 'low' || which === 'both' ? { [low]: Math.min(a, b) } : {}),
    ...(which === 'high' || which === 'both' ? { [high]: Math.max(a, b) } : {}),
  }))
}

const strings = fc.oneof(
  fc.constantFrom(...formats).map((format) => ({ type: 'string', format })),
  fc.constantFrom(...patterns).map((pattern) => ({ type: 'string', pattern })),
  bounds('minLength', 'maxLength', 40).map((length) => ({ type: 'string', ...length })),
)

const numbers = fc.oneof(
  bounds('minimum', 'maximum', 2000).map((range) => ({ type: 'integer', ...range })),
  bounds('minimum', 'maximum', 50).map((range) => ({ type: 'number', ...range })),
  bounds('exclusiveMinimum', 'exclusiveMaximum', 100).map((range) => ({
    type: 'number',
    ...range,
    ...('exclusiveMinimum' in range && range['exclusiveMinimum'] === range['exclusiveMaximum']
      ? { exclusiveMaximum: 101 }
      : {}),
  })),
  fc.constantFrom(1, 5, 7, 0.5, 0.01, 0.1).map((multipleOf) => ({ type: 'number', multipleOf })),
  fc
    .constantFrom('int32', 'int64', 'float', 'double')
    .map((format) => ({ type: /int/.test(format) ? 'integer' : 'number', format })),
)

const plain = fc.oneof(
  strings,
  numbers,
  fc.constantFrom<Schema>({ type: 'boolean' }, { type: 'null' }, { type: ['string', 'null'] }, {}, { const: 'fixed' }),
  fc
    .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { minLength: 1, maxLength: 4 })
    .map((values) => ({ enum: values })),
)

/** Schemas of a small grammar, each of which some value fits. */
export const randomSchema: fc.Arbitrary<Schema> = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain,
    tie('object'),
    fc
      .tuple(tie('schema'), bounds('minItems', 'maxItems', 4))
      .map(([items, length]) => ({ type: 'array', items, ...length })),
    fc.tuple(strings, fc.nat(3)).map(([items, minItems]) => ({
      type: 'array',
      items: { type: 'integer', not: items },
      uniqueItems: true,
      minItems,
    })),
    fc
      .array(tie('schema'), { minLength: 1, maxLength: 3 })
      .map((prefixItems) => ({ type: 'array', prefixItems, items: false, minItems: prefixItems.length })),
    tie('schema').map((contains) => ({ type: 'array', contains, minContains: 2 })),
    fc.tuple(tie('schema'), tie('schema')).map((anyOf) => ({ anyOf })),
    fc.tuple(plain, tie('object')).map(([first, second]) => ({ anyOf: [first, second] })),
    fc.tuple(tie('object'), tie('object')).map(([one, two]) => ({
      oneOf: [tagged(one, 'one'), tagged(two, 'two')],
    })),
    fc.tuple(tie('object'), fc.constantFrom('left', 'right')).map(([one, name]) => ({
      allOf: [{ properties: { [name]: { type: 'integer', minimum: 3 } }, required: [name] }, withoutLimits(one)],
    })),
    tie('schema').map((additionalProperties) => ({ type: 'object', additionalProperties, minProperties: 2 })),
    tie('schema').map((value) => ({
      type: 'object',
      patternProperties: { '^x-[a-z]{3,9}$': value },
      additionalProperties: false,
      minProperties: 1,
    })),
    tie('schema').map((value) => ({
      type: 'object',
      propertyNames: { pattern: '^[a-z]{4}$' },
      additionalProperties: value,
      minProperties: 1,
    })),
    tie('object').map((object) => ({
      ...withoutLimits(object),
      if: { properties: { kind: { const: 'a' } }, required: ['kind'] },
      then: { required: ['more'] },
      else: { properties: { less: { type: 'integer' } } },
    })),
    tie('object').map((object) => ({ ...withoutLimits(object), not: { required: ['id', 'email'] } })),
    fc.constant({ type: 'string', not: { enum: ['active'] } }),
  ),
  object: fc
    .tuple(
      fc.dictionary(fc.constantFrom(...names), tie('schema'), { maxKeys: 5 }),
      fc.nat(5),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([properties, required, isClosed, depends]) => {
      const keys = Object.keys(properties)
      return {
        type: 'object',
        properties,
        required: keys.slice(0, required),
        ...(isClosed ? { additionalProperties: false } : {}),
        ...(depends && keys.length > 1 ? { dependentRequired: { [keys[0]!]: [keys.at(-1)!] } } : {}),
      }
    }),
})).schema

function tagged(schema: Schema, tag: string): Schema {
  return { ...schema, properties: { ...(schema['properties'] as Schema), tag: { const: tag } }, required: ['tag'] }
}

function withoutLimits({ type, properties }: Schema): Schema {
  return { type, properties }
}

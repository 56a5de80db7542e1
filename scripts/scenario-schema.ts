import type { Names } from './names.ts'

/** The parts of a JSON Schema that are read here. */
export interface Schema {
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly properties?: Readonly<Record<string, Schema>>
  readonly [keyword: string]: unknown
}

/**
 * The JSON Schema of scenarios with the names of one vendor, so that editors complete them and mark unknown names.
 *
 * @param grammar - the JSON Schema of all scenarios
 */
export function scenarioSchema(grammar: Schema, vendor: string, names: Names): Schema {
  const { scenario, vendor: _, ...defs } = grammar.$defs!
  const { vendors: __, ...properties } = scenario!.properties!
  const { not: ___, 'x-refused': ____, ...rest } = scenario!
  return {
    ...grammar,
    $id: `https://sparring.example/${vendor}/scenario.schema.json`,
    title: `Scenario of ${vendor}`,
    $defs: {
      scenario: {
        ...rest,
        properties: {
          ...properties,
          vendor: { ...properties['vendor'], enum: [vendor], examples: [vendor] },
          extends: suggest(
            properties['extends']!,
            names.scenarios.flatMap((name) => [name.split('/')[1]!, name]),
          ),
          data: named(properties['data']!, names.collections),
          limits: named(properties['limits']!, names.limits.keys(), (name) =>
            limitOf(defs['limit']!, names.limits.get(name)!),
          ),
          jobs: named(properties['jobs']!, names.jobs.keys(), (name) => ({ $ref: `#/$defs/job-${name}` })),
          webhooks: named(properties['webhooks']!, names.webhooks.length === 0 ? [] : ['default', ...names.webhooks]),
          tokens: named(properties['tokens']!, names.tokens),
          dialect: choice(properties['dialect']!, names.dialects),
        },
      },
      ...withNames(defs, names),
      ...Object.fromEntries([...names.jobs].flatMap(([name, job]) => jobDefs(defs, name, job))),
    },
  }
}

function withNames(defs: Readonly<Record<string, Schema>>, names: Names): Readonly<Record<string, Schema>> {
  const { job: _, limit: __, course: ___, outcome: ____, timings: _____, ...rest } = defs
  const operation = { enum: [...new Set([...names.operations, ...names.tags])] }
  const states = [...new Set([...names.jobs.values()].flatMap((job) => job.state))]
  const when = defs['when']!
  const { operation: operations, job } = when.properties!
  return {
    ...rest,
    account: change(defs['account']!, 'plan', (plan) => choice(plan, names.plans)),
    latency: deepChange(defs['latency']!, 'operations', (map) => named(map, names.operations)),
    error: {
      ...defs['error'],
      anyOf: [
        { enum: names.errors },
        ...(defs['error']!['anyOf'] as Schema[]).filter((each) => each['type'] !== 'string'),
      ],
    },
    when: {
      ...when,
      properties: {
        ...when.properties,
        operation: { ...operations, anyOf: [operation, { type: 'array', items: operation, minItems: 1 }] },
        job: change(job!, 'state', (state) => choice(state, states)),
      },
    },
  }
}

/** The schema of the vendor's jobs: the general one, with the names of their states. */
function jobDefs(
  defs: Readonly<Record<string, Schema>>,
  name: string,
  job: { readonly outcome: readonly string[]; readonly state: readonly string[]; readonly slots: readonly string[] },
): Array<[string, Schema]> {
  const outcome = choice(defs['outcome']!, job.outcome)
  const timings = named(defs['timings']!, job.state)
  const own = (schema: Schema): Schema => ({
    ...schema,
    properties: { ...schema.properties, outcome, timings },
  })
  const course = { $ref: `#/$defs/course-${name}` }
  const { nth, where, slots } = defs['job']!.properties!
  return [
    [`course-${name}`, own(defs['course']!)],
    [
      `job-${name}`,
      {
        ...own(defs['job']!),
        properties: {
          ...own(defs['job']!).properties,
          nth: { ...nth, additionalProperties: course },
          where: { ...where, items: own(where!['items'] as Schema) },
          slots: named(slots!, job.slots),
        },
      },
    ],
  ]
}

/** A limit with only the keywords of its algorithm. */
function limitOf(limit: Schema, keywords: readonly string[]): Schema {
  return {
    ...limit,
    properties: Object.fromEntries(Object.entries(limit.properties!).filter(([keyword]) => keywords.includes(keyword))),
  }
}

/** A map with exactly these names. */
function named(map: Schema, names: Iterable<string>, valueOf?: (name: string) => Schema): Schema {
  const { additionalProperties, propertyNames: _, examples: __, ...rest } = map
  return {
    ...rest,
    properties: Object.fromEntries(
      [...names].map((name) => [name, valueOf?.(name) ?? (additionalProperties as Schema)]),
    ),
    additionalProperties: false,
  }
}

/** One of these names; without names, the schema is unchanged. */
function choice(schema: Schema, names: readonly string[]): Schema {
  const { examples: _, ...rest } = schema
  return names.length === 0 ? schema : { ...rest, enum: names }
}

/** Any text; these are known values. */
function suggest(schema: Schema, names: readonly string[]): Schema {
  const { type: _, examples: __, ...rest } = schema
  return { ...rest, anyOf: [{ enum: names }, { type: 'string' }] }
}

function change(schema: Schema, property: string, by: (schema: Schema) => Schema): Schema {
  return { ...schema, properties: { ...schema.properties, [property]: by(schema.properties![property]!) } }
}

/** The same in each alternative that has the property. */
function deepChange(schema: Schema, property: string, by: (schema: Schema) => Schema): Schema {
  const alternatives = schema['anyOf'] as Schema[]
  return {
    ...schema,
    anyOf: alternatives.map((each) => (each.properties?.[property] ? change(each, property, by) : each)),
  }
}

import { expect, test } from 'vitest'
import { nodeTools } from '../../../mocks/load/node-tools.ts'
import { createCel } from '../../../mocks/spec/values/cel.ts'
import { formatInstant } from '../../../mocks/spec/values/instants.ts'
import type { Finding } from '../../../mocks/spec/problems/problem.ts'
import {
  compileConditions,
  compileValue,
  constantOf,
  type Scope,
  type Value,
  readsOf,
} from '../../../mocks/spec/values/value.ts'

const now = Date.parse('2026-03-16T10:00:00.250Z')
const roots: Readonly<Record<string, unknown>> = {
  now,
  request: {
    method: 'POST',
    path: { fieldName: 'Yield %' },
    query: { page: '2', __proto__: undefined },
    header: { 'X-Trace': 'abc' },
    body: { ids: [7, 8], 'a/b': { '~c': true }, deep: { list: [{ name: 'second' }] }, none: null },
  },
  limits: { 'request-rate': { limit: 3, remaining: 0, reset: now + 60_000 } },
  job: { id: 'job_1', credits: { hold: 5 } },
}
const scope: Scope = {
  read: (root) => roots[root],
  generate: (schema, place) => ({ made: schema, place }),
  list: (collection, where) => [
    collection,
    where.map((condition) => [condition.fields, condition.kind, condition.value(scope)]),
  ],
}

function compile(raw: unknown, known?: ReadonlySet<string>): { value: Value; findings: Finding[] } {
  const findings: Finding[] = []
  const report = (finding: Finding): void => {
    findings.push(finding)
  }
  const value = compileValue(raw, '/at', { report, cel: () => createCel(nodeTools().loadCel()), roots: known })
  return { value, findings }
}

function evaluate(raw: unknown): unknown {
  const { value, findings } = compile(raw)
  expect(findings).toEqual([])
  return value(scope)
}

test.each([
  ['a text without an expression', 'plain {text} $now', 'plain {text} $now'],
  ['a number', 5, 5],
  ['null', null, null],
  ['a whole expression, which keeps its type', '{$job.credits.hold}', 5],
  ['a whole expression that is an object', '{$job.credits}', { hold: 5 }],
  ['an expression inside a text', 'job {$job.id} holds {$job.credits.hold}', 'job job_1 holds 5'],
  ['an object inside a text', 'is {$job.credits}', 'is {"hold":5}'],
  ['a later instant', '{$now + 5m | iso-ms}', '2026-03-16T10:05:00.250Z'],
  ['an earlier instant', '{$now - 1.5s}', now - 1500],
  ['a later instant that is not there', '{$job.endedAt + 5m | iso-ms}', undefined],
  ['a value that is not there', '{$job.output}', undefined],
  ['a value that is not there inside a text', '[{$job.output}]', '[]'],
  ['a null inside a text', '[{$request.body#/none}]', '[]'],
  ['a path through a null', '{$request.body#/none/deeper}', undefined],
  ['a root that is not there', '{$worker.name}', undefined],
  ['a name with hyphens', '{$limits.request-rate.limit}', 3],
  ['a header', '{$request.header.X-Trace}', 'abc'],
  ['a path parameter', '{$request.path.fieldName}', 'Yield %'],
  ['a pointer into the body', '{$request.body#/ids}', [7, 8]],
  ['an entry of a list', '{$request.body#/ids/1}', 8],
  ['a deep pointer', '{$request.body#/deep/list/0/name}', 'second'],
  ['an escaped pointer', '{$request.body#/a~1b/~0c}', true],
  ['the whole body', '{$request.body#}', (roots['request'] as { body: unknown }).body],
  ['the length of a list, which is no member', '{$request.body#/ids/length}', 2],
  ['a prototype’s member', '{$request.body.constructor}', undefined],
  ['the prototype', '{$request.body.__proto__}', undefined],
  ['an instant', '{$now}', now],
  ['whole seconds', '{$now | iso-seconds}', '2026-03-16T10:00:00Z'],
  ['milliseconds', '{$now | iso-ms}', '2026-03-16T10:00:00.250Z'],
  ['Unix seconds, rounded up', '{$now | epoch-seconds}', 1_773_655_201],
  ['Unix milliseconds', '{$now | epoch-ms}', 1_773_655_200_250],
  ['a date of HTTP', '{$now | http-date}', 'Mon, 16 Mar 2026 10:00:00 GMT'],
  ['a pipe without spaces', '{$now|iso-seconds}', '2026-03-16T10:00:00Z'],
  ['a pipe behind a path', '{$limits.request-rate.reset | epoch-seconds}', 1_773_655_261],
  ['a pipe inside a text', 'at {$now | iso-seconds}.', 'at 2026-03-16T10:00:00Z.'],
  ['a pipe behind what is no instant', '{$job.id | iso-seconds}', 'job_1'],
  ['a pipe behind what is not there', '{$job.endedAt | iso-seconds}', undefined],
  ['an object and a list of values', { id: '{$job.id}', list: ['{$now}', 'x'] }, { id: 'job_1', list: [now, 'x'] }],
  ['a number of CEL', { cel: 'size(request.body.ids) * 2' }, 4],
  ['both kinds of number of CEL', { cel: 'job.credits.hold * 1.5 + 1' }, 8.5],
  ['a text of CEL', { cel: "request.method + '!'" }, 'POST!'],
  ['a list of CEL', { cel: 'request.body.ids.map(id, id + 1)' }, [8, 9]],
  [
    'CEL’s other kinds of numbers, in a map',
    { cel: '{"n": 1, "all": [2u, request.body.ids[0]]}' },
    { n: 1, all: [2, 7] },
  ],
  ['a duration of CEL, as a text', { cel: 'duration("90s")' }, '90s'],
  ['an instant of CEL, as a text', { cel: 'timestamp("2026-03-16T10:00:00Z")' }, '2026-03-16T10:00:00.000Z'],
  ['a condition of CEL', { cel: 'has(request.body.none) ? "has" : "has not"' }, 'has'],
  ['a thing to be made', { generate: { type: 'string' } }, { made: { type: 'string' }, place: '/at' }],
  ['a list of items', { list: 'jobs' }, ['jobs', []]],
  [
    'a list of the items that fit',
    {
      list: 'jobs',
      where: [
        { field: 'status', equals: 'final' },
        { fields: ['name', '/deep/text'], contains: '{$job.id}' },
      ],
    },
    [
      'jobs',
      [
        [['/status'], 'equals', 'final'],
        [['/name', '/deep/text'], 'contains', 'job_1'],
      ],
    ],
  ],
  ['an object that only looks like one of ours', { cel: 'x', more: 1 }, { cel: 'x', more: 1 }],
])('reads %s', (_, raw, wanted) => {
  expect(evaluate(raw)).toEqual(wanted)
})

test('a literal is known at load, an expression is not', () => {
  expect(constantOf(compile({ a: [1, 'x'] }).value)).toEqual({ value: { a: [1, 'x'] } })
  expect(constantOf(compile('{$now}').value)).toBeUndefined()
  expect(constantOf(compile({ a: ['{$now}'] }).value)).toBeUndefined()
})

test('keys named __proto__ and constructor are kept as they are, and nothing is polluted', () => {
  const raw = JSON.parse('{"__proto__":{"polluted":"{$job.id}"},"constructor":"{$job.id}"}') as unknown
  const made = evaluate(raw) as Record<string, unknown>
  expect(Object.getOwnPropertyNames(made).toSorted()).toEqual(['__proto__', 'constructor'])
  expect(JSON.stringify(made)).toBe('{"__proto__":{"polluted":"job_1"},"constructor":"job_1"}')
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('an instant is moved by a duration, and by nothing else', () => {
  expect(compile('{$now + 5 | iso-ms}').findings).toEqual([
    { code: 'bad-value', pointer: '/at', message: '"5" is not a duration. Write it like {$now + 5m}.' },
  ])
})

test('an unknown root names those that are known', () => {
  expect(compile('{$accont.id}', new Set(['account', 'now'])).findings).toEqual([
    {
      code: 'unknown-root',
      pointer: '/at',
      message: '"$accont" is not a value that can be read here. Known: $account, $now.',
    },
  ])
})

test('a root in an expression of CEL is judged like one in a value', () => {
  const known = new Set(['account', 'now', 'worker-type'])
  expect(compile({ cel: 'request.body.size * 2' }, known).findings).toEqual([
    {
      code: 'unknown-root',
      pointer: '/at/cel',
      message: '"request" is not a value that can be read here. Known: account, now, worker-type.',
    },
  ])
  // What an expression names itself is no root.
  expect(compile({ cel: 'account.keys.map(key, key + string(now))' }, known).findings).toEqual([])
})

test('a CEL expression whose types can never fit is reported when it is compiled', () => {
  expect(compile({ cel: '"a" + true' }).findings).toEqual([
    {
      code: 'bad-cel',
      pointer: '/at/cel',
      message: '""a" + true" is not an expression of CEL: no such overload: string + bool',
    },
  ])
})

const own = JSON.parse(
  '{"constructor":1,"__proto__":2,"part":{"constructor":{"toString":"x"},"list":[{"constructor":3}]},"toString":"x"}',
) as Record<string, unknown>

test.each([
  ['a key of that name', 'request.body.constructor', 1],
  ['the prototype’s own name', 'request.body.__proto__', 2],
  ['a key inside', 'request.body.part.list[0].constructor', 3],
  ['what is not there', 'has(request.body.valueOf)', false],
  ['how many there are', 'size(request.body)', 4],
  ['the whole', 'request.body', own],
  ['a part', '[request.body.part]', [own['part']]],
])('names of Object.prototype in a body are keys for CEL: %s', (_, expression, wanted) => {
  const { value } = compile({ cel: expression })
  expect(value({ ...scope, read: () => ({ body: own }) })).toEqual(wanted)
})

test('an expression that cannot be evaluated throws, or has no value if a listener gets the error', () => {
  const { value } = compile({ cel: 'job.size * 2' })
  expect(() => value(scope)).toThrow('/at/cel "job.size * 2" cannot be evaluated: No such key: size')
  const heard: string[] = []
  expect(value({ ...scope, failed: ({ message }) => heard.push(message) })).toBeUndefined()
  expect(heard).toEqual(['/at/cel "job.size * 2" cannot be evaluated: No such key: size'])
})

test('an instant beyond all dates is printed as the nearest that can be written, and none as none', () => {
  const at = (raw: string, when: number): unknown => compile(raw).value({ ...scope, read: () => when })
  expect(at('{$now | iso-seconds}', 1e300)).toBe('9999-12-31T23:59:59Z')
  expect(at('{$now + 99999999d | iso-ms}', 8.64e15)).toBe('9999-12-31T23:59:59.999Z')
  expect(at('{$now | http-date}', Number.POSITIVE_INFINITY)).toBe('Fri, 31 Dec 9999 23:59:59 GMT')
  expect(at('{$now | iso-ms}', -1e300)).toBe('0000-01-01T00:00:00.000Z')
  expect(at('{$now | iso-ms}', Number.NaN)).toBeNaN()
})

test('an unknown format names those that are known', () => {
  expect(compile('{$now | iso}').findings).toEqual([
    {
      code: 'unknown-format',
      pointer: '/at',
      message:
        '"iso" is not a format of instants. Known: iso-seconds, iso-ms, epoch-seconds, epoch-ms, http-date, seconds.',
    },
  ])
})

test.each(['{$}', '{$now', '{$request.query.}', '{$request..page}', '{$now | }', '{$request.body#/a b}'])(
  '%s is told as what it is',
  (raw) => {
    const { value, findings } = compile(raw)
    expect(findings).toEqual([
      {
        code: 'bad-value',
        pointer: '/at',
        message: `"${raw}" holds an expression that cannot be read at "${raw}". Write {$root.name}, as {$request.query.page} or {$now | iso-seconds}.`,
      },
    ])
    expect(value(scope)).toBe(raw)
  },
)

test('every wrong value of an object is reported, each at its place', () => {
  const { findings } = compile({ 'a/b': '{$now | soon}', list: ['x', { cel: '1 +' }], '~c': '{$' })
  expect(findings.map(({ code, pointer }) => [code, pointer])).toEqual([
    ['unknown-format', '/at/a~1b'],
    ['bad-cel', '/at/list/1/cel'],
    ['bad-value', '/at/~0c'],
  ])
  expect(findings[1]!.message).toMatch(/^"1 \+" is not an expression of CEL: \S/)
  expect(findings[1]!.message).not.toContain('\n')
})

test('a condition whose value is not there holds for all', () => {
  const [condition] = compileConditions([{ field: 'category', equals: '{$request.query.category}' }], '/where', {
    report: () => expect.unreachable(),
    cel: () => expect.unreachable() as never,
  })
  expect([condition!.fields, condition!.kind, condition!.value(scope)]).toEqual([['/category'], 'equals', undefined])
})

test('instants before 1970 and at its first second are printed like others', () => {
  expect(formatInstant(0, 'iso-seconds')).toBe('1970-01-01T00:00:00Z')
  expect(formatInstant(999, 'iso-seconds')).toBe('1970-01-01T00:00:00Z')
  expect(formatInstant(-1, 'iso-seconds')).toBe('1969-12-31T23:59:59Z')
  expect(formatInstant(1000.5, 'epoch-ms')).toBe(1001)
})

test('the roots that a value reads are known at load, except for values that could read anything', () => {
  const compiling = { report: () => {}, cel: () => () => () => undefined }
  const reads = (raw: unknown): string[] => [...readsOf(compileValue(raw, '/x', compiling))].sort()
  expect(reads('plain')).toEqual([])
  expect(reads('{$now | iso-seconds}')).toEqual(['now.'])
  expect(reads({ a: ['{$account.plan}', 'of {$plan.name} {$request.body#/x/y}'] })).toEqual([
    'account.plan',
    'plan.name',
    'request.body',
  ])
  expect(reads({ cel: '1 + 1' })).toEqual(['*'])
  expect(reads([{ generate: '{$worker.schema}' }])).toEqual(['*'])
})

test('a pointer into the body begins with a slash', () => {
  const findings: Finding[] = []
  compileValue('{$request.body#name}', '/x', {
    report: (finding) => findings.push(finding),
    cel: () => () => () => undefined,
  })
  expect(findings).toEqual([
    {
      code: 'bad-value',
      pointer: '/x',
      message: '"{$request.body#name}" has "#name", which is not a JSON Pointer. Write #/name.',
    },
  ])
})

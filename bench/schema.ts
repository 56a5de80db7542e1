import { createGenerator } from '../mocks/generate/generator.ts'
import { createLibrary } from '../mocks/load/library.ts'
import { loadFaker } from '../mocks/load/load-faker.ts'
import { createSchemas } from '../mocks/spec/schema/validator.ts'
import { createOracle } from '../test/support/data/ajv.ts'

/**
 * Our evaluator of JSON Schema against Ajv: what it takes to compile every schema of a vendor, to check one value of
 * each, and to check lists of a hundred of them.
 */
interface Document {
  readonly openapi: string
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

type Judge = (value: unknown) => readonly unknown[] | undefined

const rows: Array<Record<string, string | number>> = []
for (const name of createLibrary().vendorNames()) {
  const library = createLibrary()
  const document = library.specOf(library.vendor(name)).source.data as Document
  const version = document.openapi
  const pointers = Object.keys(document.components.schemas).map((key) => `#/components/schemas/${key}`)
  const makers = {
    ours: () => createSchemas(document, { version }).validator,
    ajv: () => createOracle(document, version),
  }
  const compiling = { ours: [] as number[], ajv: [] as number[] }
  for (let round = 0; round < 3; round++) {
    for (const [who, make] of Object.entries(makers)) {
      const start = performance.now()
      const judgeOf = make()
      for (const pointer of pointers) judgeOf(pointer)
      compiling[who as 'ours' | 'ajv'].push(performance.now() - start)
    }
  }
  const [ours, ajv] = [makers.ours(), makers.ajv()]
  const made = createGenerator({ schemas: createSchemas(document, { version }), seed: 1, loadFaker })
  const values = pointers.map((pointer) => made.generate(pointer, [pointer]))
  const lists = pointers.map((pointer) => {
    const items = Array.from({ length: 100 }, (_, index) => made.generate(pointer, [pointer, index]))
    const schema = { type: 'array', items: { $ref: pointer } }
    const [mine, theirs] = alternately(ours(schema), ajv(schema), [items], 5)
    return { mine, theirs }
  })
  const [mine, theirs] = checks(
    pointers.map((pointer) => ours(pointer)),
    pointers.map((pointer) => ajv(pointer)),
    values,
  )
  const ratios = lists.map((list) => list.mine / list.theirs).sort((a, b) => a - b)
  const sum = (who: 'mine' | 'theirs'): number => lists.reduce((total, list) => total + list[who], 0) / lists.length
  rows.push({
    vendor: name,
    schemas: pointers.length,
    'compile, first (ms)': round(compiling.ours[0]!),
    'by Ajv': round(compiling.ajv[0]!),
    'compile, best': round(Math.min(...compiling.ours)),
    'best by Ajv': round(Math.min(...compiling.ajv)),
    'a check (µs)': round(mine),
    'check by Ajv': round(theirs),
    'list of 100 (µs)': round(sum('mine')),
    'list by Ajv': round(sum('theirs')),
    'ratio, median': round(ratios[ratios.length >> 1]!),
    'ratio, sum': round(sum('mine') / sum('theirs')),
  })
}
for (const row of rows)
  console.log(
    Object.entries(row)
      .map(([key, value]) => `${key} ${value}`)
      .join(' | '),
  )

/** µs that each of the values takes with its judge. */
function checks(ours: readonly Judge[], ajv: readonly Judge[], values: readonly unknown[]): readonly [number, number] {
  const figures = values.map((value, index) => alternately(ours[index]!, ajv[index]!, [value], 5))
  const mean = (who: 0 | 1): number => figures.reduce((total, figure) => total + figure[who], 0) / figures.length
  return [mean(0), mean(1)]
}

/** The least µs of CPU that either takes, measured by turns, so that both meet the same machine. */
function alternately(ours: Judge, ajv: Judge, values: readonly unknown[], rounds: number): readonly [number, number] {
  const best: [number, number] = [Infinity, Infinity]
  for (let turn = 0; turn < rounds; turn++) {
    for (const [who, judge] of [ours, ajv].entries()) {
      const before = process.cpuUsage().user
      let calls = 0
      while (process.cpuUsage().user - before < 4000)
        for (let times = 0; times < 20; times++, calls++) values.forEach(judge)
      best[who] = Math.min(best[who]!, (process.cpuUsage().user - before) / calls)
    }
  }
  return best
}

function round(figure: number): number {
  return Number(figure.toPrecision(3))
}

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createGenerator } from '../../../mocks/generate/generator.ts'
import { loadFaker } from '../../../mocks/load/load-faker.ts'
import { getPointer } from '../../../mocks/spec/references/pointer.ts'
import { createSchemas } from '../../../mocks/spec/schema/validator.ts'
import { githubDocument } from '../../support/data/github-document.ts'

interface Reference {
  readonly $ref?: string
}

interface MediaType {
  readonly schema?: object
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, Reference & { readonly value?: unknown }>>
}

interface Operation {
  readonly operationId?: string
  readonly responses?: Readonly<Record<string, Reference & { readonly content?: Readonly<Record<string, MediaType>> }>>
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

test(
  'every operation of a large plain document gets a body that fits its schema',
  { timeout: 240_000 },
  async ({ skip }) => {
    const found = await githubDocument()
    if ('unavailable' in found) return skip(found.unavailable)
    const document = JSON.parse(await readFile(found.path, 'utf8')) as Document
    const schemas = createSchemas(document, { version: document.openapi })
    const generator = createGenerator({ schemas, seed: 1, loadFaker })

    const failing: string[] = []
    const counts = { operations: 0, examples: 0, generated: 0, atOnce: 0 }
    for (const [name, media] of jsonResponses(document)) {
      counts.operations++
      const validate = schemas.validator(media.schema, { direction: 'response' })
      const examples = [
        media.example,
        ...Object.values(media.examples ?? {}).map((entry) => resolve(document, entry).value),
      ]
      if (examples.some((example) => example !== undefined && validate(example).length === 0)) counts.examples++
      else counts.generated++

      // A generated body must do even where an example would: collections are made of generated items.
      const { value, issues } = generator.generateValid(media.schema, [name], validate, { direction: 'response' })
      if (issues.length > 0) failing.push(`${name}: ${issues[0]?.message}`)
      const first = generator.generate(media.schema, [name], { direction: 'response' })
      if (JSON.stringify(first) === JSON.stringify(value)) counts.atOnce++
    }

    expect(failing).toEqual([])
    // The others have a `oneOf` whose branches overlap; a later variant fits them.
    expect(counts).toEqual({ operations: 926, examples: 731, generated: 195, atOnce: 913 })
  },
)

/** The JSON body of each operation's first successful answer, where it has one. */
function* jsonResponses(document: Document): Generator<readonly [string, MediaType & { readonly schema: object }]> {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const success = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1]
      const content = success && resolve(document, success).content
      const media = Object.entries(content ?? {}).find(([type]) => /^application\/(?:.+\+)?json/.test(type))?.[1]
      if (media?.schema) yield [operation.operationId ?? `${method} ${path}`, { ...media, schema: media.schema }]
    }
  }
}

function resolve<T extends Reference>(document: Document, entry: T): T {
  return entry.$ref === undefined ? entry : (getPointer(document, entry.$ref.slice(1)) as T)
}

import { globSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { measureFile, type Row } from './documents/measure.ts'
import { below, reasonsOf, tableOf } from './documents/table.ts'

/**
 * Sends a minimal and a full request to every operation of OpenAPI documents, and validates the answers with Ajv: `npm
 * run documents`. Without a name it takes the documents of the tests, and those in the folder of `SPARRING_DOCUMENTS`.
 *
 *     npm run documents -- --floor 99.5,99
 *     npm run documents -- openapi.yaml --reasons
 *     npm run documents -- openapi.yaml --port 4010 --no-base     # another server that plays it
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    reasons: { type: 'boolean', default: false },
    floor: { type: 'string' },
    port: { type: 'string' },
    'no-base': { type: 'boolean', default: false },
  },
})
const own = 'test/fixtures/documents'
const shared = process.env['SPARRING_DOCUMENTS']
if (positionals.length === 0 && shared === undefined)
  console.error(`Public documents are skipped: SPARRING_DOCUMENTS names no folder. Only ${own} is measured.`)
const places = positionals.length > 0 ? positionals : [own, ...(shared === undefined ? [] : [shared])]
const files = places.flatMap(documentsAt)
const other = values.port === undefined ? undefined : { port: Number(values.port), hasBase: !values['no-base'] }
const rows: Row[] = []
for (const file of files) rows.push(await measureFile(file, relative(process.cwd(), file), other))
console.log(values.json ? JSON.stringify(rows, undefined, 2) : tableOf(rows))
if (values.reasons) console.log(reasonsOf(rows))
const low = values.floor === undefined ? [] : below(rows, values.floor.split(',').map(Number))
for (const line of low) console.error(line)
// Connections to servers that have stopped must not keep the process alive.
process.exit(low.length > 0 ? 1 : 0)

/** A file, or the files of a folder that are complete OpenAPI documents. */
function documentsAt(place: string): string[] {
  const found = statSync(place, { throwIfNoEntry: false })
  if (!found) {
    console.error(`Skipped: there is no ${place}.`)
    return []
  }
  if (found.isFile()) return [place]
  return globSync('**/*.{yaml,yml,json}', { cwd: place })
    .sort()
    .map((name) => join(place, name))
    .filter((file) => /^\s*(?:\{\s*)?["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]\./m.test(readFileSync(file, 'utf8')))
}

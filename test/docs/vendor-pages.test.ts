import { readFileSync } from 'node:fs'
import { startServer, type VendorName } from 'sparring'
import { expect, onTestFinished, test } from 'vitest'
import { createLibrary } from '../../mocks/load/library.ts'
import { root } from '../support/processes/cli.ts'

const library = createLibrary({ cwd: root })
const names = library.vendorNames().sort() as VendorName[]
const read = (file: string): string => readFileSync(`${root}docs/${file}`, 'utf8')

test.each(names)('each request of the page of %s is answered as it stands', async (name) => {
  const lines = read(`vendors/${name}.md`).match(/^curl .*$/gm)!
  const vendor = library.vendor(name)
  const tags = new Set([...vendor.operations.values()].map((operation) => operation.tags[0]))
  expect(lines).toHaveLength(tags.size)
  const server = await startServer({ vendors: [name], port: 0 })
  onTestFinished(() => server.close())
  const statuses = await Promise.all(lines.map(async (line) => `${await send(line, server.port)} ${line}`))
  expect(statuses.filter((text) => !/^[23]/.test(text))).toEqual([])
})

/** Reads a line of `curl` as a shell would. */
async function send(line: string, port: number): Promise<number> {
  const words = [...line.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll(String.raw`'\''`, "'") ?? plain!,
  )
  const after = (flag: string): string[] => words.flatMap((word, index) => (words[index - 1] === flag ? [word] : []))
  const [body] = after('-d')
  const response = await fetch(words.find((word) => word.startsWith('http://'))!.replace(':4010', `:${port}`), {
    method: after('-X')[0] ?? 'GET',
    headers: after('-H').map((header): [string, string] => header.split(/: (.*)/s).slice(0, 2) as [string, string]),
    redirect: 'manual',
    ...(body !== undefined && { body }),
  })
  return response.status
}

test('the pages name every vendor of the package, and say how many dialects each has', () => {
  expect(read('glossary.md')).toContain(`${names.map((name) => `\`${name}\``).join(', ')}, or yours`)
  const numbers = ['none', 'one', 'two', 'three']
  const counts = names.flatMap((name) => {
    const { dialects, title } = library.vendor(name)
    if (!dialects) return []
    const word = numbers[dialects.names.length - 1]!
    return [`[${title.split(/[ .]/)[0]}](vendors/${name}.md#dialects) ${word}`]
  })
  expect(read('dialects.md').replaceAll(/\s+/g, ' ')).toContain(counts.join(', '))
})

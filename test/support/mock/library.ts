import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidFileError, type Mock, type MockOptions } from 'sparring'
import { frozenMock, read } from './mock.ts'
import { testFolder } from './spec.ts'

export const LIBRARY = 'test/fixtures/versions/library.yaml'
export const API = 'https://api.library.example'

/** A mock of the library, and a client that may name a version. */
export function open(more: Partial<MockOptions> = {}) {
  const mock = frozenMock({ vendors: [LIBRARY], ...more })
  return { mock, ...client(mock) }
}

function client(mock: Mock) {
  const send = async (path: string, version?: string, init: { key?: string; method?: string; body?: string } = {}) => {
    const { key = 'any_key', method = 'GET', body } = init
    const headers = {
      'x-key': key,
      'content-type': 'application/json',
      ...(version !== undefined && { 'Library-Version': version }),
    }
    const answer = await read(mock.fetch(API + path, { method, headers, ...(body !== undefined && { body }) }))
    return [answer.status, answer.body] as const
  }
  return { send, keys: async (...args: Parameters<typeof send>) => Object.keys((await send(...args))[1] as object) }
}

/** A copy of the library's files that a test may change. */
export function copied(change: Readonly<Record<string, (text: string) => string>> = {}): string {
  const folder = testFolder({})
  cpSync('test/fixtures/versions', folder, { recursive: true })
  for (const [name, edit] of Object.entries(change)) {
    const file = join(folder, name)
    writeFileSync(file, edit(readFileSync(file, 'utf8')))
  }
  return join(folder, 'library.yaml')
}

export function problemsOf(run: () => unknown): string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof InvalidFileError)
      return error.problems.map(({ file, line, column, code, message }) =>
        [`${file.split('/').at(-1)}:${line}:${column}`, code, message.replaceAll(/\/\S*\/sparring-\w+\//g, '')].join(
          ' ',
        ),
      )
    throw error
  }
  return []
}

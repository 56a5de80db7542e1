import { pathToFileURL } from 'node:url'
import { startServer } from '../../mocks/index.ts'
import { judgeAnswer } from './answer.ts'
import { createJudge } from './judge.ts'
import { type DocumentedOperation, operationsOf } from './operations.ts'
import { createRequests, type MadeRequest, type Measure } from './request.ts'
import { send } from './send.ts'
import { readSources } from './sources.ts'
import { swaggerOperationsOf } from './swagger.ts'

/**
 * How an operation answered: as documented, with another answer, with a failure, or with an undeserved refusal.
 * *impossible*: no valid request could be made, and the request was refused.
 */
export type Outcome = 'valid' | 'invalid' | 'error' | 'refused' | 'impossible'

export interface Result {
  readonly operation: string
  readonly measure: Measure
  readonly outcome: Outcome
  /** Why it is invalid. */
  readonly reason?: string
}

export interface Row {
  readonly document: string
  /** ms until the server listens, from the file. */
  readonly loaded: number
  readonly results: readonly Result[]
}

/** A server for one document. */
export interface Subject {
  readonly port: number
  /** Whether it includes the paths of the document's servers. */
  readonly hasBase: boolean
}

/**
 * Serves a document, and measures its answers.
 *
 * @param document - its name in the table
 * @param other - a server that already serves it
 */
export async function measureFile(file: string, document: string, other: Subject | undefined): Promise<Row> {
  if (other) return { document, loaded: 0, results: await measureDocument(file, other) }
  const start = performance.now()
  const server = await startServer({ vendors: [file], port: 0 }).catch((error: unknown) => String(error))
  if (typeof server === 'string') return { document, loaded: 0, results: await measureDocument(file, server) }
  const loaded = Math.round(performance.now() - start)
  try {
    return { document, loaded, results: await measureDocument(file, { port: server.port, hasBase: true }) }
  } finally {
    await server.close()
  }
}

/**
 * Sends requests to all operations of a document, and validates the answers with Ajv.
 *
 * @param subject - the server, or the reason why it did not start
 */
export async function measureDocument(file: string, subject: Subject | string): Promise<Result[]> {
  const sources = readSources(pathToFileURL(file).href)
  const request = createRequests(sources, createJudge(sources, 'request'))
  const judge = createJudge(sources, 'response')
  const operations = sources.version === '2.0' ? swaggerOperationsOf(sources) : operationsOf(sources)
  const results: Result[] = []
  for (const measure of ['required', 'all'] as const)
    for (const operation of operations) {
      const outcome: Verdict =
        typeof subject === 'string'
          ? { outcome: 'error', reason: subject }
          : await outcomeOf(operation, request(operation, measure), subject)
      results.push({ operation: operation.id, measure, ...outcome })
    }
  return results

  async function outcomeOf(
    operation: DocumentedOperation,
    made: MadeRequest,
    { port, hasBase }: Subject,
  ): Promise<Verdict> {
    try {
      const answered = await send(port, hasBase ? made : withoutBase(operation, made))
      const { status, body } = answered
      const shown = `${made.method} ${made.path} ${(made.body ?? '').slice(0, 300)} -> ${status} ${body.slice(0, 300)}`
      if (status >= 400 && status < 500 && made.flaw !== undefined) return { outcome: 'impossible', reason: made.flaw }
      if (status >= 400 && !succeeds(operation, status))
        return { outcome: status >= 500 ? 'error' : 'refused', reason: shown }
      const flaw = judgeAnswer({ sources, judge, operation }, answered)
      return flaw === undefined ? { outcome: 'valid' } : { outcome: 'invalid', reason: `${flaw}: ${shown}` }
    } catch (error) {
      return { outcome: 'error', reason: String(error) }
    }
  }
}

type Verdict = Omit<Result, 'operation' | 'measure'>

/** Whether a status may answer a valid request: only if the document has no better one. */
function succeeds({ answers }: DocumentedOperation, status: number): boolean {
  const codes = [...answers.keys()]
  return (
    codes.length > 0 &&
    codes.every((code) => /^[45]/.test(code)) &&
    (answers.has(String(status)) || answers.has(`${String(status)[0]}XX`))
  )
}

function withoutBase({ server }: DocumentedOperation, made: MadeRequest): MadeRequest {
  const base = (URL.canParse(server) ? new URL(server).pathname : server).replace(/\/+$/, '')
  return {
    ...made,
    host: '',
    path: made.path.slice(base.startsWith('/') || base === '' ? base.length : base.length + 1),
  }
}

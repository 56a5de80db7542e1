import type { Mock } from '../../connect/mock/api/mock-api.ts'
import { explain } from '../../engine/answer/explain.ts'
import { type BuiltRequest, initOf } from '../../request/build-request.ts'
import { whileMoving } from '../../request/while-moving.ts'

/** The answer to one request. */
export interface TriedAnswer {
  readonly status: number | null
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
  /** `connection-reset`, `truncate`: the fault that was played. */
  readonly fault: string | null
  /** Which stage answered, and why. */
  readonly explanation: string
}

/** Header fields of every HTTP message, which documents do not mention. */
const TRANSPORT: ReadonlySet<string> = new Set(['content-length', 'date'])

/** Sends requests in process, in sequence or all at once; moves the clock on for answers that are held. */
export async function sendRequests(
  mock: Mock,
  base: string,
  request: BuiltRequest,
  options: { readonly times: number; readonly parallel: boolean },
): Promise<TriedAnswer[]> {
  const before = mock.journal.exchanges().length
  const one = async (patience: AbortController): Promise<Omit<TriedAnswer, 'explanation'>> => {
    let received: Omit<TriedAnswer, 'explanation'> = { status: null, headers: [], body: '', fault: null }
    try {
      const response = await mock.fetch(base + request.path, initOf(request, patience.signal))
      received = {
        ...received,
        status: response.status,
        headers: [...response.headers].filter(([name]) => !TRANSPORT.has(name)),
      }
      return { ...received, body: await response.text() }
    } catch (error) {
      if (patience.signal.aborted) return received
      if (!(error instanceof TypeError) || error.cause === undefined) throw error
      return { ...received, fault: (error.cause as Error).message }
    }
  }
  const answers: Array<Omit<TriedAnswer, 'explanation'>> = []
  if (options.parallel)
    answers.push(
      ...(await whileMoving(mock, (patience) =>
        Promise.all(Array.from({ length: options.times }, () => one(patience))),
      )),
    )
  else for (let index = 0; index < options.times; index++) answers.push(await whileMoving(mock, one))
  const exchanges = mock.journal.exchanges().slice(before)
  return answers.map((answer, index) => ({
    ...answer,
    fault: exchanges[index]?.fault ?? answer.fault,
    explanation: exchanges[index] ? explain(exchanges[index]) : '',
  }))
}

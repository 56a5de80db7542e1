import { type Document, type Shape, schemaShape } from '../document.ts'
import { asList } from '../../../spec/values/is-record.ts'

/** The states of a job, guessed from the words of its status. */
export interface States {
  /** Field that holds the state. */
  readonly field: string
  readonly all: ReadonlyArray<{ readonly name: string; readonly [keyword: string]: unknown }>
  /** The states of a successful job, in order. */
  readonly way: readonly string[]
  readonly success: string
  readonly failures: readonly string[]
  readonly cancelled: string | undefined
  /** Whether the document itself names the states. */
  readonly isGiven: boolean
  readonly reason: string
  /** The documented schema of the field. */
  readonly says: string | undefined
}

/** Possible meanings of each word, in lower case and without separators. */
const WORDS = {
  waiting: 'queued enqueued pending created waiting accepted scheduled submitted received new notstarted initialized',
  working: 'running inprogress inprocess started active',
  done: 'succeeded success successful completed complete done finished processed',
  failed: 'failed failure errored error timeout timedout timeoutexceeded crashed expired',
  cancelled: 'canceled cancelled aborted stopped terminated',
  /** A successful end if no other word clearly is one, else the first state. */
  ready: 'ready available',
  /** A successful end if no other word clearly is one, else ignored. */
  out: 'active published delivered sent live ended',
} as const

const SETS = Object.fromEntries(
  Object.entries(WORDS).map(([kind, words]) => [kind, new Set(words.split(' '))]),
) as unknown as Readonly<Record<keyof typeof WORDS, ReadonlySet<string>>>

const STATUS = /^(?:job_?|run_?|task_?)?(?:status|state)$/i

/** @param canCancel - whether an operation cancels the job */
export function statesOf(document: Document, shape: Shape, canCancel: boolean): States | undefined {
  const field = Object.keys(shape.properties).find((name) => STATUS.test(name))
  if (field === undefined) return undefined
  const status = schemaShape(document, shape.properties[field])
  if (status.types.length > 0 && !status.types.includes('string')) return undefined
  const words = wordsOf(document, status)
  const isGiven = words.length > 0
  const weighed = isGiven ? weigh(words) : { way: ['queued', 'running', 'completed'], failures: ['failed'] }
  if (!weighed) return undefined
  const { way, failures } = weighed
  const cancelled = isGiven
    ? words.find((word) => SETS.cancelled.has(plain(word)))
    : canCancel
      ? 'cancelled'
      : undefined
  const done = way.at(-1)!
  const leave = canCancel && cancelled !== undefined ? { on: { cancel: cancelled } } : {}
  const ends = [...failures, ...(canCancel || cancelled === undefined ? [] : [cancelled])]
  const all = [
    ...way.slice(0, -1).map((name, index) => ({
      name,
      for: isGiven && isWorking(plain(name)) ? '5s' : name === 'running' ? '5s' : '2s',
      then: way[index + 1]!,
      // States that are not reached automatically can be reached by a scenario.
      ...(index === way.length - 2 && ends.length > 0 && { or: ends }),
      ...leave,
    })),
    ...[done, ...failures, ...(cancelled === undefined ? [] : [cancelled])].map((name) => ({ name, final: true })),
  ]
  const unused = words.filter((word) => !all.some(({ name }) => name === word))
  const reason = isGiven
    ? `The states are the words of "${field}"${unused.length > 0 ? ` (without ${unused.join(', ')})` : ''}; how long each lasts is made up.`
    : `The document does not name the states of "${field}", nor how long each lasts.`
  const says = isGiven ? `${field}: ${words.join(', ')}` : undefined
  return { field, all, way, success: done, failures, cancelled, isGiven, reason, says }
}

/** The course of a job through these words; undefined if they do not describe work that progresses and ends. */
function weigh(words: readonly string[]): { readonly way: string[]; readonly failures: string[] } | undefined {
  const of = (kind: keyof typeof WORDS): string[] => words.filter((word) => SETS[kind].has(plain(word)))
  const failures = words.filter((word) => SETS.failed.has(plain(word)) || plain(word).startsWith('failed'))
  const [clear] = of('done')
  const working = words.filter((word) => isWorking(plain(word)) && (clear !== undefined || plain(word) !== 'active'))
  const done = clear ?? of('ready')[0] ?? of('out')[0]
  if (done === undefined) return undefined
  const waiting = words.filter(
    (word) => SETS.waiting.has(plain(word)) || (clear !== undefined && plain(word) === 'ready'),
  )
  // Other resources have a status too. A job has a word for work in progress, or a failed state.
  const goesOn = working.length > 0 || (waiting.length > 0 && failures.length > 0)
  return goesOn ? { way: [...waiting, ...working, done], failures } : undefined
}

/** Words like `transcribing` describe progress. */
function isWorking(word: string): boolean {
  if (SETS.working.has(word)) return true
  return (
    word.endsWith('ing') &&
    !/^(?:pending|waiting|missing|outstanding|upcoming|trialing|(?:cancell?|stopp|abort|delet|expir|fail)ing)$/.test(
      word,
    )
  )
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z]/g, '')
}

/** The words of a status: those in its schema, else those in its description. */
function wordsOf(document: Document, { node }: Shape): readonly string[] {
  const texts = (values: unknown): string[] => asList(values).filter((value) => typeof value === 'string')
  const choices = [node['oneOf'], node['anyOf']].flatMap((list) =>
    asList(list).map((entry) => schemaShape(document, entry).node),
  )
  const allowed = [
    ...texts(node['enum']),
    ...choices.flatMap((choice) => [...texts(choice['enum']), ...texts([choice['const']])]),
  ]
  if (allowed.length > 0) return [...new Set(allowed)]
  const text = String(node['description'] ?? '')
  const quoted = [...text.matchAll(/[`"'“]([A-Za-z][\w-]*)[`"'”]/g)].map(([, word]) => word!)
  const listed = /(?:one of|values(?: are)?|either)\s*:?\s*([\w-]+(?:\s*(?:,|\bor\b|\band\b|\|)+\s*[\w-]+)+)/i.exec(
    text,
  )?.[1]
  const named =
    quoted.length > 1 ? quoted : (listed?.match(/[\w-]+/g) ?? []).filter((word) => !/^(?:or|and)$/.test(word))
  return weigh(named) ? [...new Set(named)] : []
}

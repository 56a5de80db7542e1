import { asRecord } from '../../scenario/raw.ts'
import { responseFor } from '../../spec/compile/responses.ts'
import { type Document, operationPart, shapeOf } from './document.ts'
import { namedErrors, type NamedError } from './errors.ts'
import { answerOf, type Family, type JobFamily, keyOf } from './families.ts'
import { fieldsOf } from './job-fields.ts'
import { statesOf } from './job-states.ts'
import { type Action, ASSUMED, type Found, updateAt } from './sketch.ts'

/** Tells whether a family is one of jobs: its start answers 201 or 202 with an id, and what is read has a status. */
export function asJob(document: Document, family: Family): JobFamily | undefined {
  const { create, shape } = family
  if (!create || !['201', '202'].includes(create.success?.code ?? '')) return undefined
  const answer = answerOf(document, create)
  if (!answer || keyOf(answer.shape, family.param) === undefined) return undefined
  const states = statesOf(document, shape, (family.cancel ?? family.remove) !== undefined)
  // A thing with a status may be anything; one that is accepted and not yet made is a job.
  return states && (create.success?.code === '202' || states.isTimely) ? { ...family, create, states } : undefined
}

/** Collections, jobs and credits for the families that are jobs. */
export function findJobs(document: Document, jobs: readonly JobFamily[]): Found {
  const [payment] = namedErrors(document, 402, 'credits')
  const paid = jobs.filter(({ create }) => payment?.operations.includes(create))
  const conflicts = namedErrors(document, 409, 'state')
  const unpaid = payment?.operations.filter((operation) => !paid.some(({ create }) => create === operation)) ?? []
  const actions: Action[] = paid.length > 0 ? [...payment!.actions] : []
  const guesses: Array<readonly [string, string]> = []
  const used = new Set<NamedError>()
  for (const job of jobs) {
    const { create, cancel, remove, states } = job
    actions.push(
      updateAt(operationPart(document, create).path, {
        'x-mock': {
          job: { start: job.item },
          [ASSUMED]: `It answers ${create.success!.code} with an id that ${job.read.id} takes.`,
        },
      }),
      updateAt(operationPart(document, job.read).path, {
        'x-mock': { collection: { do: 'read', in: job.name, ...(job.envelope && { envelope: job.envelope }) } },
      }),
    )
    const end = cancel ?? (states.cancelled === undefined ? undefined : remove)
    if (end && states.cancelled !== undefined) {
      const refuse = conflicts.find(({ operations }) => operations.includes(end))
      if (refuse && !used.has(refuse)) actions.push(...refuse.actions)
      if (refuse) used.add(refuse)
      actions.push(
        updateAt(operationPart(document, end).path, {
          'x-mock': {
            job: { do: 'cancel', on: job.item, ...(refuse && { refuse: refuse.examples[0] ?? refuse.name }) },
            [ASSUMED]: `It ends a ${job.item} that is not over, and the state is then ${states.cancelled}.`,
          },
        }),
      )
    }
    guesses.push([
      'job',
      `${job.item}: ${create.id} starts it, ${job.read.id} reads it${end && states.cancelled !== undefined ? `, ${end.id} cancels it` : ''}; ${states.way.join(' -> ')}`,
    ])
    if (paid.includes(job))
      guesses.push(['credits', `1 for a ${job.item}, 100 a month; without, ${refuseOf(payment!)}`])
  }
  return {
    root: {
      ...(paid.length > 0 && {
        plans: {
          free: { credits: { amount: 100, every: 'month' }, [ASSUMED]: 'The document does not say what a plan holds.' },
        },
        accounts: { default: { plan: 'free' } },
      }),
      ...(jobs.length > 0 && {
        collections: Object.fromEntries(jobs.map((job) => [job.name, collectionOf(job)])),
        jobs: Object.fromEntries(
          jobs.map((job) => [job.item, jobOf(document, job, paid.includes(job) ? payment : undefined)]),
        ),
      }),
    },
    actions,
    guesses,
    open:
      unpaid.length > 0
        ? [
            `${unpaid.map(({ id }) => id).join(', ')} may answer 402 and starts no job, so only a scenario can say when.`,
          ]
        : [],
  }
}

function collectionOf(job: JobFamily) {
  return {
    ...(job.key !== 'id' && { key: [job.key] }),
    param: job.param,
    item: job.item,
    owner: 'account',
    schema: job.schema,
    [ASSUMED]: 'Who has started one sees it, and nobody else does.',
  }
}

function jobOf(document: Document, job: JobFamily, payment: NamedError | undefined) {
  const { start, item, byState } = fieldsOf(document, job, payment !== undefined)
  return {
    in: job.name,
    id: idOf(document, job),
    ...(Object.keys(start).length > 0 && { start }),
    item,
    states: Object.fromEntries(
      job.states.all.map(({ name, ...state }) => {
        const fields = byState[name]
        return [name, { ...state, ...(fields && { item: fields }) }]
      }),
    ),
    ...(payment && {
      credits: {
        hold: 1,
        settle: { [job.states.success]: 'hold', default: 0 },
        refuse: refuseOf(payment),
        [ASSUMED]: 'The document does not say what it costs; only what succeeds is paid for.',
      },
    }),
    [ASSUMED]: job.states.reason,
  }
}

function refuseOf(error: NamedError): string {
  return error.examples[0] ?? error.name
}

/** An id like the one that the document shows. */
function idOf(document: Document, job: JobFamily): string {
  const shape = shapeOf(document, job.shape.properties[job.key])
  if (shape.node['format'] === 'uuid') return '{hex8}-{hex4}-4{hex3}-8{hex3}-{hex12}'
  const answers = [job.create, job.read].flatMap(({ responses }) => [
    ...((responseFor(responses, 202) ?? responseFor(responses, 200))?.examples.values() ?? []),
  ])
  const shown = [
    shape.node['example'],
    asRecord(shape.node)['examples'],
    ...answers.map(({ value }) => asRecord(value)[job.key]),
  ].flat()
  const prefix = shown.map((id) => /^([a-z]+[_-])\w{4,}$/i.exec(String(id))?.[1]).find(Boolean)
  return `${prefix ?? `${job.item}_`}{hex12}`
}

import { asRecord } from '../../../scenario/raw.ts'
import { responseFor } from '../../../spec/compile/operation/responses.ts'
import { type Document, needsKey, operationPart, schemaShape } from '../document.ts'
import { namedErrors, type NamedError } from './errors.ts'
import { successShape, type Resource, type JobResource, keyFieldOf, resolveOf } from './resources.ts'
import { fieldsOf, inputOf } from './job-fields.ts'
import { statesOf } from './job-states.ts'
import { type Action, ASSUMED, type Found, type Guess, updateAt } from '../sketch.ts'
import { type Cost, costOf, payments, PLAN } from './charges.ts'

/**
 * Whether a resource is a job: an operation starts it, a read returns its status, and the words of that status describe
 * work that progresses by itself and ends. A status that a request can set does not count.
 */
export function asJob(document: Document, resource: Resource): JobResource | undefined {
  const { create, read, shape } = resource
  if (!create || isHook(resource)) return undefined
  const answer = successShape(document, create)
  if (!answer || keyFieldOf(answer.shape, resource.param) === undefined) return undefined
  const states = statesOf(document, shape, (resource.cancel ?? resource.remove) !== undefined)
  if (!states) return undefined
  const isSet = [create, resource.update].some(
    (operation) => operation && inputOf(document, operation).has(states.field),
  )
  if (isSet) return undefined
  // Without words for its states, there must be another sign that it takes time.
  const isSlow = create.success?.code === '202' || resource.cancel !== undefined
  return states.isGiven || isSlow ? { ...resource, create, read, states } : undefined
}

/** A webhook subscription never ends, so it is not a job. */
function isHook({ name }: Resource): boolean {
  return /(?:hook|subscription|subscriber|listener)s?$/i.test(name)
}

/** Guesses collections, jobs and credits for the resources that are jobs. */
export function findJobs(document: Document, jobs: readonly JobResource[]): Found {
  const paid = payments(document)
  const conflicts = namedErrors(document, 409, 'state')
  const paymentOf = (job: JobResource): NamedError | undefined =>
    paid.find(({ operations }) => operations.includes(job.create))
  const actions: Action[] = []
  const guesses: Guess[] = []
  const used = new Set<NamedError>()
  const name = (error: NamedError | undefined): void => {
    if (error && !used.has(error)) actions.push(...error.actions)
    if (error) used.add(error)
  }
  for (const job of jobs) {
    const { create, cancel, remove, states } = job
    const payment = paymentOf(job)
    name(payment)
    actions.push(
      updateAt(operationPart(document, create).path, {
        'x-mock': {
          job: { start: job.item },
          [ASSUMED]: `It answers with an id that ${job.read.id} takes.`,
        },
      }),
      updateAt(operationPart(document, job.read).path, {
        'x-mock': {
          ...resolveOf(job),
          collection: { do: 'read', in: job.name, ...(job.envelope && { envelope: job.envelope }) },
        },
      }),
    )
    const end = cancel ?? (states.cancelled === undefined ? undefined : remove)
    if (end && states.cancelled !== undefined) {
      const refuse = conflicts.find(({ operations }) => operations.includes(end))
      name(refuse)
      actions.push(
        updateAt(operationPart(document, end).path, {
          'x-mock': {
            ...resolveOf(job),
            job: { do: 'cancel', on: job.item, ...(refuse && { refuse: refuse.examples[0] ?? refuse.name }) },
            [ASSUMED]: `It ends a ${job.item} that is not over, and the state is then ${states.cancelled}.`,
          },
        }),
      )
    }
    guesses.push({
      what: 'job',
      guess: `${job.item}: ${create.id} starts it, ${job.read.id} reads it${end && states.cancelled !== undefined ? `, ${end.id} cancels it` : ''}; ${states.way.join(' -> ')}`,
      why: states.reason,
      at: operationPart(document, job.read).path,
      says: states.says,
    })
    if (payment) {
      const cost = costOf(document, create, payment)
      const guess = `${cost.credits} for a ${job.item}, 100 a month; without, ${refuseOf(payment)}`
      guesses.push({ ...cost, what: 'credits', guess })
    }
  }
  return {
    root: {
      ...(jobs.some(paymentOf) && PLAN),
      ...(jobs.length > 0 && {
        collections: Object.fromEntries(jobs.map((job) => [job.name, collectionOf(job)])),
        jobs: Object.fromEntries(jobs.map((job) => [job.item, jobOf(document, job, paymentOf(job))])),
      }),
    },
    actions,
    guesses,
  }
}

function collectionOf(job: JobResource) {
  const isOwned = [job.create, job.read].every(needsKey)
  return {
    ...(job.key !== 'id' && { key: [job.key] }),
    param: job.isShared ? 'none' : job.param,
    item: job.item,
    ...(isOwned && { owner: 'account' }),
    schema: job.schema,
    [ASSUMED]: isOwned
      ? 'Only the account that started a job sees it.'
      : 'Everybody sees all of them, since no key is needed.',
  }
}

function jobOf(document: Document, job: JobResource, payment: NamedError | undefined) {
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
    ...(payment && { credits: creditsOf(costOf(document, job.create, payment), job, payment) }),
    [ASSUMED]: job.states.reason,
  }
}

function creditsOf({ credits, why }: Cost, { states }: JobResource, payment: NamedError) {
  return {
    hold: credits,
    settle: { [states.success]: 'hold', default: 0 },
    refuse: refuseOf(payment),
    [ASSUMED]: `${why} It is a guess that only successful jobs cost credits.`,
  }
}

function refuseOf(error: NamedError): string {
  return error.examples[0] ?? error.name
}

/** The form of ids whose pattern is a fixed prefix and a number of hexadecimal digits: `SM{hex32}`. */
function formOf(pattern: unknown): string | undefined {
  const [, several, one, digits] =
    /^\^(?:\((?:\?:)?([\w-]+)[\w|-]*\)|([\w-]*))\[(?:0-9|\\d|a-f|A-F)+\]\{(\d+)\}\$$/.exec(String(pattern)) ?? []
  return digits === undefined ? undefined : `${several ?? one}{hex${digits}}`
}

/** An id like the one in the document. */
function idOf(document: Document, job: JobResource): string {
  const shape = schemaShape(document, job.shape.properties[job.key])
  if (shape.node['format'] === 'uuid') return '{hex8}-{hex4}-4{hex3}-8{hex3}-{hex12}'
  const patterned = formOf(shape.node['pattern'])
  if (patterned !== undefined) return patterned
  const answers = [job.create, job.read].flatMap(({ responses }) => [
    ...((responseFor(responses, 202) ?? responseFor(responses, 200))?.examples.values() ?? []),
  ])
  const examples = [
    shape.node['example'],
    asRecord(shape.node)['examples'],
    ...answers.map(({ value }) => asRecord(value)[job.key]),
  ].flat()
  const prefix = examples.map((id) => /^([a-z]+[_-])\w{4,}$/i.exec(String(id))?.[1]).find(Boolean)
  return `${prefix ?? `${job.item}_`}{hex12}`
}

import type { Assembled } from '../../connect/mock/create-mock.ts'
import type { Delivery } from '../../engine/deliveries/delivery.ts'
import { asRecord, mergeScenario, type Raw } from '../../scenario/raw.ts'
import { isJson } from '../../spec/media/media-type.ts'
import { parsePointer } from '../../spec/references/pointer.ts'
import type { Webhook } from '../../spec/model/webhook.ts'
import type { BuiltRequest } from '../build-request.ts'
import { lastJobOf, starterOf } from '../starter.ts'
import { goodRequest } from './provoke.ts'
import { inProcess } from './send.ts'
import { createStage } from './stage.ts'

/** One webhook as its receiver gets it, with its cause. */
export interface ProvenDelivery {
  readonly webhook: Webhook
  /** The job state that it reports. */
  readonly state: string
  readonly url: string
  /** Including the signature or secret as sent. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
  /** The operation that started the job. */
  readonly operation: string
  /** Changes to the normal case. */
  readonly changes: Raw | undefined
  /** The verb that moved the job. */
  readonly verb: string | undefined
  /** A notice that the signature is assumed. */
  readonly notice: string | undefined
}

/** A way to lead a job to a state: an outcome or a verb. */
interface Course {
  readonly changes: Raw
  readonly verb?: string
}

/** Triggers each webhook of a vendor, once for each job state that it reports. */
export async function proveDeliveries(
  assembled: Assembled,
  vendorName: string,
  wants: (operation: string) => boolean = () => true,
): Promise<readonly ProvenDelivery[]> {
  const { mock, library } = assembled
  const stage = createStage(assembled, vendorName, inProcess(assembled))
  const { vendor } = stage
  const proven: ProvenDelivery[] = []
  for (const webhook of vendor.webhooks.values()) {
    const start = starterOf(vendor, webhook.job.name)
    if (!start || !wants(start.id)) continue
    const open = new Set(webhook.states)
    const target = targetOf(library.specOf(vendor).source.data, webhook)
    for (const { changes, verb } of coursesOf(webhook)) {
      if (open.size === 0) break
      const all = orNone(mergeScenario(target.changes, changes))
      const builder = stage.play(undefined, all)
      const received: Array<Pick<ProvenDelivery, 'headers' | 'body'>> = []
      mock.webhooks.to(async (request) => {
        received.push({ headers: [...request.headers], body: await request.text() })
        return new Response()
      })
      await stage.shoot(target.fill(goodRequest(builder, start, { params: new Map(), body: undefined })))
      const id = lastJobOf(mock, start)
      if (id === undefined || !move(assembled, vendorName, id, verb)) continue
      await mock.clock.advance('1d')
      for (const delivery of mock.webhooks.deliveries({ webhook: webhook.name })) {
        const parcel = received.find(({ body }) => body === delivery.body)
        if (!parcel || !open.delete(delivery.state)) continue
        proven.push({ ...parcel, ...aboutOf(delivery), webhook, operation: start.id, changes: all, verb })
      }
    }
  }
  return proven
}

function aboutOf({ state, url, notice }: Delivery): Pick<ProvenDelivery, 'state' | 'url' | 'notice'> {
  return { state, url, notice }
}

function orNone(changes: Raw): Raw | undefined {
  return Object.keys(changes).length > 0 ? changes : undefined
}

/** The normal course, each outcome, and each verb of the state in which a job begins. */
function coursesOf({ job }: Webhook): Course[] {
  const states = [...job.states.values()]
  const outcomes = new Set(states.flatMap((state) => state.or))
  return [
    { changes: {} },
    ...[...outcomes].map((outcome) => ({ changes: { jobs: { [job.name]: { outcome } } } })),
    ...[...job.states.get(job.initial)!.on.keys()].map((verb) => ({ changes: {}, verb })),
  ]
}

/** Moves the job by a verb, if given; false where the job does not accept it. */
function move({ mock }: Assembled, vendor: string, id: string, verb: string | undefined): boolean {
  if (verb === undefined) return true
  try {
    mock.do(vendor, id, verb)
    return true
  } catch {
    return false
  }
}

/** Where a webhook's address comes from: the body of the request that starts its job, or the account's settings. */
function targetOf(
  document: unknown,
  { name }: Webhook,
): { readonly changes: Raw; readonly fill: (request: BuiltRequest) => BuiltRequest } {
  const to = asRecord(asRecord(asRecord(asRecord(document)['x-mock'])['webhooks'])[name])['to']
  const url = `https://client.example/webhooks/${encodeURIComponent(name)}`
  const [, pointer, path] = /^\{\$(?:request\.body#(\/[^}|]+)|account\.([^}|\s]+))\}$/.exec(String(to)) ?? []
  return {
    changes: path === undefined ? {} : { accounts: { default: nest(path.split('.'), url, {}) } },
    fill: (request) => {
      const isJsonBody = request.headers.some(([field, value]) => field === 'content-type' && isJson(value))
      if (pointer === undefined || request.body === undefined || !isJsonBody) return request
      return { ...request, body: JSON.stringify(nest(parsePointer(pointer), url, asRecord(JSON.parse(request.body)))) }
    },
  }
}

/** A map with a value at a path. */
function nest([first, ...rest]: readonly string[], value: string, into: Raw): Raw {
  return { ...into, [first!]: rest.length === 0 ? value : nest(rest, value, asRecord(into[first!])) }
}

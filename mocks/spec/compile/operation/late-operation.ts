import type { Operation } from '../../model/operation/operation.ts'
import type { Raw } from '../../values/is-record.ts'

/** What of an operation is known without compiling it: what finds it, and what lists of operations show. */
export type OperationHead = Pick<
  Operation,
  | 'id'
  | 'method'
  | 'path'
  | 'spanning'
  | 'servers'
  | 'summary'
  | 'tags'
  | 'security'
  | 'code'
  | 'deprecated'
  | 'isOwn'
  | 'leftOut'
>

/**
 * An operation that is compiled when more than its head is first read: of hundreds, a test mostly calls a few. Whether it has
 * one of the keywords that some operations have is seen without that. Its members are written one by one, since requests read
 * them often and a getter for all of them is slow.
 */
export class LateOperation implements Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly spanning: string | undefined
  readonly servers: Operation['servers']
  readonly summary: string
  readonly tags: Operation['tags']
  readonly security: Operation['security']
  readonly code: boolean
  readonly deprecated: boolean
  readonly isOwn: boolean
  readonly leftOut: string | undefined
  readonly #mock: Raw
  readonly #compile: () => Operation
  #compiled: Operation | undefined

  /** @param mock - `x-mock` of the operation */
  constructor(head: OperationHead, mock: Raw, compile: () => Operation) {
    this.id = head.id
    this.method = head.method
    this.path = head.path
    this.spanning = head.spanning
    this.servers = head.servers
    this.summary = head.summary
    this.tags = head.tags
    this.security = head.security
    this.code = head.code
    this.deprecated = head.deprecated
    this.isOwn = head.isOwn
    this.leftOut = head.leftOut
    this.#mock = mock
    this.#compile = compile
  }

  get #made(): Operation {
    return (this.#compiled ??= this.#compile())
  }

  get parameters(): Operation['parameters'] {
    return this.#made.parameters
  }

  get marked(): Operation['marked'] {
    return this.#made.marked
  }

  get items(): Operation['items'] {
    return this.#made.items
  }

  get body(): Operation['body'] {
    return this.#made.body
  }

  get responses(): Operation['responses'] {
    return this.#made.responses
  }

  get success(): Operation['success'] {
    return this.#made.success
  }

  get limits(): Operation['limits'] {
    return this.#made.limits
  }

  get idempotency(): Operation['idempotency'] {
    return this.#made.idempotency
  }

  get triggers(): Operation['triggers'] {
    return this.#made.triggers
  }

  get reference(): Operation['reference'] {
    return this.#made.reference
  }

  get overlay(): Operation['overlay'] {
    return this.#made.overlay
  }

  get steady(): Operation['steady'] {
    return this.#made.steady
  }

  get callbacks(): Operation['callbacks'] {
    return this.#made.callbacks
  }

  get codeRefusals(): Operation['codeRefusals'] {
    return this.#made.codeRefusals
  }

  get validate(): Operation['validate'] {
    return this.#made.validate
  }

  get guard(): Operation['guard'] {
    return this.#made.guard
  }

  get authorize(): Operation['authorize'] {
    return this.#made.authorize
  }

  get refusals(): Operation['refusals'] {
    return this.#made.refusals
  }

  get collection(): Operation['collection'] {
    return this.#mock['collection'] === undefined ? undefined : this.#made.collection
  }

  get job(): Operation['job'] {
    return this.#mock['job'] === undefined ? undefined : this.#made.job
  }

  get events(): Operation['events'] {
    return this.#mock['events'] === undefined ? undefined : this.#made.events
  }

  get stream(): Operation['stream'] {
    return this.#mock['stream'] === undefined ? undefined : this.#made.stream
  }

  get tokens(): Operation['tokens'] {
    return this.#mock['tokens'] === undefined ? undefined : this.#made.tokens
  }

  get charge(): Operation['charge'] {
    return this.#mock['charge'] === undefined ? undefined : this.#made.charge
  }
}

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

  /** The operation with all its members as plain fields. */
  get compiled(): Operation {
    return (this.#compiled ??= this.#compile())
  }

  get stages(): Operation['stages'] {
    return this.compiled.stages
  }

  get parameters(): Operation['parameters'] {
    return this.compiled.parameters
  }

  get marked(): Operation['marked'] {
    return this.compiled.marked
  }

  get items(): Operation['items'] {
    return this.compiled.items
  }

  get body(): Operation['body'] {
    return this.compiled.body
  }

  get responses(): Operation['responses'] {
    return this.compiled.responses
  }

  get success(): Operation['success'] {
    return this.compiled.success
  }

  get limits(): Operation['limits'] {
    return this.compiled.limits
  }

  get idempotency(): Operation['idempotency'] {
    return this.compiled.idempotency
  }

  get triggers(): Operation['triggers'] {
    return this.compiled.triggers
  }

  get reference(): Operation['reference'] {
    return this.compiled.reference
  }

  get overlay(): Operation['overlay'] {
    return this.compiled.overlay
  }

  get steady(): Operation['steady'] {
    return this.compiled.steady
  }

  get callbacks(): Operation['callbacks'] {
    return this.compiled.callbacks
  }

  get codeRefusals(): Operation['codeRefusals'] {
    return this.compiled.codeRefusals
  }

  get validate(): Operation['validate'] {
    return this.compiled.validate
  }

  get guard(): Operation['guard'] {
    return this.compiled.guard
  }

  get authorize(): Operation['authorize'] {
    return this.compiled.authorize
  }

  get refusals(): Operation['refusals'] {
    return this.compiled.refusals
  }

  get collection(): Operation['collection'] {
    return this.#mock['collection'] === undefined ? undefined : this.compiled.collection
  }

  get job(): Operation['job'] {
    return this.#mock['job'] === undefined ? undefined : this.compiled.job
  }

  get events(): Operation['events'] {
    return this.#mock['events'] === undefined ? undefined : this.compiled.events
  }

  get stream(): Operation['stream'] {
    return this.#mock['stream'] === undefined ? undefined : this.compiled.stream
  }

  get tokens(): Operation['tokens'] {
    return this.#mock['tokens'] === undefined ? undefined : this.compiled.tokens
  }

  get charge(): Operation['charge'] {
    return this.#mock['charge'] === undefined ? undefined : this.compiled.charge
  }
}

/** An operation as requests read it, many times: all its members are plain fields. Compiles it where it was not needed before. */
export function compiledOperation(operation: Operation): Operation {
  return operation instanceof LateOperation ? operation.compiled : operation
}

/** Whether the operation is one of the package's own, which are compiled when they are needed first. */
export function isLate(operation: Operation): boolean {
  return operation instanceof LateOperation
}

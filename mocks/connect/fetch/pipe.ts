import type { Reply } from '../../behaviour/call.ts'
import { guarded } from '../../state/guard.ts'
import { causeOf } from './faulty.ts'

/** Most pieces queued for a reader; no more are made until it reads some. */
const WAITING = 256

/**
 * A streamed body as a `ReadableStream`. Pieces are enqueued as they are read, because a stream that errors at once
 * drops what it has queued.
 *
 * @param request - the client's; when its signal aborts, the stream ends with that reason
 */
export function pipeStream(reply: Reply, request: Request): ReadableStream<Uint8Array> {
  let pieces: Uint8Array[] = []
  let close: ((controller: ReadableStreamDefaultController<Uint8Array>) => void) | undefined
  let readable = (): void => {}
  let writable = (): void => {}
  let onAbort = (): void => {}
  const end = (): void => {
    // Refers to the request, to keep it alive as long as the stream: its signal stops working when it is collected.
    request.signal.removeEventListener('abort', onAbort)
    reply.done()
    readable()
  }
  return new ReadableStream(
    {
      start: (controller) => {
        onAbort = guarded('end a stream', () => {
          end()
          controller.error(request.signal.reason)
        })
        if (request.signal.aborted) return onAbort()
        request.signal.addEventListener('abort', onAbort, { once: true })
        reply.stream!({
          write: (piece) => {
            if (piece.byteLength > 0) pieces.push(piece)
            readable()
            if (pieces.length < WAITING) return undefined
            return new Promise((resolve) => (writable = resolve))
          },
          end: () => {
            close = (open) => open.close()
            end()
          },
          fail: (fault, last) => {
            if (last.byteLength > 0) pieces.push(last)
            close = (open) => open.error(new TypeError('terminated', { cause: causeOf(fault.name) }))
            end()
          },
        })
      },
      pull: async (controller) => {
        while (pieces.length === 0 && !close) await new Promise<void>((resolve) => (readable = resolve))
        const piece = pieces.shift()
        if (piece) controller.enqueue(piece)
        else close?.(controller)
        if (pieces.length < WAITING) writable()
      },
      cancel: () => {
        pieces = []
        end()
      },
    },
    { highWaterMark: 0 },
  )
}

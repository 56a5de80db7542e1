import { asRecord, type Raw } from '../values/is-record.ts'
import { getPointer, parsePointer } from './pointer.ts'
import { percentDecode } from '../../state/text.ts'

/** A longer chain of references is taken for a cycle. */
const MOST_HOPS = 32

/**
 * Follows `$ref`s inside a document to their value. Returns a broken `$ref` unchanged; `checkRefs` reports it.
 *
 * @returns the path of the value too, where a reference led to it
 */
export function deref(
  document: unknown,
  node: unknown,
): { readonly node: Raw; readonly path: readonly string[] | undefined } {
  let found: ReturnType<typeof deref> = { node: asRecord(node), path: undefined }
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const ref = found.node['$ref']
    const pointer = typeof ref === 'string' && ref.startsWith('#') ? percentDecode(ref.slice(1)) : undefined
    if (pointer === undefined || (pointer !== '' && !pointer.startsWith('/'))) break
    const next = pointer === '' ? [] : parsePointer(pointer)
    found = { node: asRecord(getPointer(document, next)), path: next }
  }
  return found
}

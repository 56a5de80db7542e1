import { random } from '../../state/hash.ts'
import { ownerPointer, type MakeText } from '../context.ts'
import { slug } from './people.ts'
import { snake } from './property-name.ts'
import { topicOf } from './things.ts'

type FileKind = readonly [extension: string, mediaType: string]

const documents: readonly FileKind[] = [
  ['pdf', 'application/pdf'],
  ['csv', 'text/csv'],
  ['txt', 'text/plain'],
  ['json', 'application/json'],
]
const images: readonly FileKind[] = [
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
]
const sounds: readonly FileKind[] = [
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
]
const films: readonly FileKind[] = [['mp4', 'video/mp4']]

function kindsOf(noun: string): readonly FileKind[] {
  if (/image|photo|avatar|picture|logo|thumbnail|icon|screenshot/.test(noun)) return images
  if (/audio|sound|voice|speech|recording|transcript/.test(noun)) return sounds
  return /video|movie|clip|film/.test(noun) ? films : documents
}

/** A field of a file; name, extension and media type of one object agree. */
function ofFile(noun: string, read: (kind: FileKind, name: () => string) => string): MakeText {
  const kinds = kindsOf(noun)
  return (context, path, _subject, attempt) => {
    const kind = random(context.key, ownerPointer(path), 'file', attempt).pick(kinds)
    return read(kind, () => slug(topicOf(context, path, attempt)))
  }
}

/** `regional-marketing.pdf`. */
export const fileName = (noun: string): MakeText => ofFile(noun, ([extension], name) => `${name()}.${extension}`)
/** `application/pdf`. */
export const mediaType = (noun: string): MakeText => ofFile(noun, ([, type]) => type)
/** `pdf`. */
export const extension = (noun: string): MakeText => ofFile(noun, ([end]) => end)

const EXTENSIONS = ['png', 'jp', 'webp', 'gif', 'tif', 'svg', 'pdf', 'csv', 'json', 'txt', 'mp3', 'wav', 'mp4', 'zip']

/** Whether a property of this name shows the kind of file that its object is. */
export function namesFile(name: string): boolean {
  const word = snake(name)
  return (
    /(?:mime|media|content)_?type$|(?:^|_)(?:format|extension|file_?name|file_type)$/.test(word) &&
    !/source|input/.test(word)
  )
}

/** The value that matches the kind of file used by the other fields of the object: the first of all kinds. */
export function usualFile(values: readonly unknown[]): unknown {
  for (const extension of EXTENSIONS) {
    const found = values.find((value) => typeof value === 'string' && value.toLowerCase().includes(extension))
    if (found !== undefined) return found
  }
  return undefined
}

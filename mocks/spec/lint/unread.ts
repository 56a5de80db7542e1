import type { SpecDocument } from '../model/document.ts'
import { type Data, entries, record } from '../compile/context.ts'
import { escapeSegment } from '../references/pointer.ts'
import type { Finding } from '../problems/problem.ts'

/** What a document may have and the mock does not read, with what happens instead. */
const UNREAD: Readonly<Record<string, string>> = {
  callbacks: 'No request is sent for them. What the vendor sends by itself is written under "x-mock: { webhooks: … }".',
  webhooks: 'None is sent. What the vendor sends by itself is written under "x-mock: { webhooks: … }".',
  links: 'They change no answer.',
  encoding: 'Parts of a form are judged by the schema of the form alone.',
  additionalOperations: 'Requests with these methods meet a 405.',
  itemSchema: 'Streams are played by "x-mock: { stream: … }", and their items are not judged.',
  mutualTLS: 'No certificate is asked for: every request passes this scheme.',
}

/** One finding for each part of OpenAPI that the document has and nobody reads, at its first place. */
export function lintUnread(document: SpecDocument): Finding[] {
  const found = new Map<string, { readonly pointer: string; count: number }>()
  const note = (part: string, pointer: string): void => {
    const before = found.get(part)
    if (before) before.count++
    else found.set(part, { pointer, count: 1 })
  }
  // What is described for people there, x-mock plays.
  const isPlayed = entries(record(document['x-mock'])['webhooks']).length > 0
  if (!isPlayed && entries(document.webhooks).length > 0) note('webhooks', '/webhooks')
  const components = record(document.components)
  for (const [name, scheme] of entries(components['securitySchemes'])) {
    if (record(scheme)['type'] === 'mutualTLS') note('mutualTLS', `/components/securitySchemes/${escapeSegment(name)}`)
  }
  const paths = [['/paths', document.paths] as const, ['/components/pathItems', components['pathItems']] as const]
  for (const [at, items] of paths) {
    for (const [path, item] of entries(items)) {
      const pointer = `${at}/${escapeSegment(path)}`
      if (entries(record(item)['additionalOperations']).length > 0)
        note('additionalOperations', `${pointer}/additionalOperations`)
      for (const [method, operation] of entries(item)) lintOperation(record(operation), `${pointer}/${method}`, note)
    }
  }
  return [...found].map(([part, { pointer, count }]) => ({
    code: 'not-read',
    severity: 'info',
    pointer,
    message: `"${part}" is not read${count > 1 ? ` (${count} places, this is the first)` : ''}. ${UNREAD[part]!}`,
  }))
}

function lintOperation(operation: Data, pointer: string, note: (part: string, pointer: string) => void): void {
  if (!('responses' in operation)) return
  if (entries(operation['callbacks']).length > 0) note('callbacks', `${pointer}/callbacks`)
  const inContent = (content: unknown, at: string): void => {
    for (const [type, media] of entries(content))
      for (const part of ['encoding', 'itemSchema'] as const)
        if (part in record(media)) note(part, `${at}/content/${escapeSegment(type)}/${part}`)
  }
  inContent(record(operation['requestBody'])['content'], `${pointer}/requestBody`)
  for (const [code, response] of entries(operation['responses'])) {
    const at = `${pointer}/responses/${code}`
    if (entries(record(response)['links']).length > 0) note('links', `${at}/links`)
    inContent(record(response)['content'], at)
  }
}

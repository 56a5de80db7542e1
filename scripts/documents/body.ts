import { asRecord, entriesOf, isRecord, type Raw } from '../../mocks/spec/values/is-record.ts'
import { inQuery, plain } from './encode.ts'
import type { Content } from './operations.ts'

export interface WrittenBody {
  readonly mediaType: string
  readonly text: string
}

const MARK = 'a-part-of-a-form'

export function isJson(mediaType: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(mediaType)
}

/** The first media type that is simple to write: JSON, forms, texts, anything. */
export function plainest(content: readonly Content[]): Content | undefined {
  const kinds = [isJson, isForm, (type: string) => !/xml|octet|\*/.test(type)]
  return kinds.map((isOf) => content.find(({ mediaType }) => isOf(mediaType))).find(Boolean) ?? content[0]
}

function isForm(mediaType: string): boolean {
  return /urlencoded|multipart/.test(mediaType)
}

/** @param isBinary - whether a field's schema is that of a file */
export function writeBody(content: Content, value: unknown, isBinary: (name: string) => boolean): WrittenBody {
  const mediaType = content.mediaType.replace('*/*', 'application/json').replace('/*', '/plain')
  if (isJson(mediaType)) return { mediaType, text: JSON.stringify(value) }
  if (/urlencoded/.test(mediaType)) return { mediaType, text: writeForm(asRecord(value), content.encoding) }
  if (mediaType.startsWith('multipart/'))
    return {
      mediaType: `${mediaType.split(';')[0]}; boundary=${MARK}`,
      text: writeParts(asRecord(value), content.encoding, isBinary),
    }
  if (/ndjson|jsonl|json-seq/.test(mediaType)) {
    const before = /json-seq/.test(mediaType) ? '\u001E' : ''
    return {
      mediaType,
      text: [value]
        .flat()
        .map((one) => `${before}${JSON.stringify(one)}\n`)
        .join(''),
    }
  }
  if (/xml/.test(mediaType)) return { mediaType, text: `<root>${writeXml(value)}</root>` }
  return { mediaType, text: plain(value) }
}

function writeForm(fields: Raw, encoding: Raw): string {
  const pairs = entriesOf(fields).flatMap(([name, value]) => {
    const own = asRecord(encoding[name])
    const style = typeof own['style'] === 'string' ? own['style'] : 'form'
    const explode = own['explode'] === undefined ? style === 'form' : own['explode'] === true
    // Without a style, an object has the media type application/json (section 4.8.15.1.1).
    const isPlain = isRecord(value) && own['style'] === undefined && own['explode'] === undefined
    return isPlain ? [[name, JSON.stringify(value)] as const] : inQuery({ name, style, explode }, value)
  })
  return String(new URLSearchParams(pairs.map(([name, value]) => [name, value])))
}

function writeParts(fields: Raw, encoding: Raw, isBinary: (name: string) => boolean): string {
  const parts = entriesOf(fields).flatMap(([name, value]) =>
    [value].flat().map((one: unknown) => {
      const own = asRecord(encoding[name])['contentType']
      const type = typeof own === 'string' ? own.split(',')[0]!.replace('/*', '/png') : undefined
      const given =
        type ?? (isRecord(one) ? 'application/json' : isBinary(name) ? 'application/octet-stream' : undefined)
      const file = isBinary(name) ? `; filename="${name}.bin"` : ''
      const head = `Content-Disposition: form-data; name="${name}"${file}\r\n${given === undefined ? '' : `Content-Type: ${given}\r\n`}`
      return `--${MARK}\r\n${head}\r\n${plain(one)}\r\n`
    }),
  )
  return `${parts.join('')}--${MARK}--\r\n`
}

function writeXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<item>${writeXml(one)}</item>`).join('')
  if (isRecord(value))
    return entriesOf(value)
      .map(([name, one]) =>
        [one]
          .flat()
          .map((each) => `<${name}>${writeXml(each)}</${name}>`)
          .join(''),
      )
      .join('')
  return plain(value).replaceAll(/[<&]/g, (sign) => (sign === '<' ? '&lt;' : '&amp;'))
}

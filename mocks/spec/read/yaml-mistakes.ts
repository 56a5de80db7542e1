import { nodeRequire } from './node-require.ts'
import type { Mistake } from './reading.ts'

/** All syntax errors of an invalid text; this parser is slow, but continues after the first error. */
export function syntaxMistakes(text: string): Mistake[] {
  const { parseDocument } = nodeRequire('yaml') as typeof import('yaml')
  const { errors } = parseDocument(text, { prettyErrors: false, uniqueKeys: false, stringKeys: true })
  return errors
    .map(({ code, message, pos }): Mistake => ({
      code: 'syntax',
      message: messages[code] ?? `${message.replace(/\.$/, '')}.${hints[code] ?? ''}`,
      offset: pos[0],
    }))
    .sort((a, b) => a.offset - b.offset)
}

const hints: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: ' Put a text that holds ": " in quotes.',
  BAD_SCALAR_START: ' Put a text that begins so in quotes.',
  TAB_AS_INDENT: ' Use spaces.',
}

const messages: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'A second document begins here. Write one document in a file.',
}

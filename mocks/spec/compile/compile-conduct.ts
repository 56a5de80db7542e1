import { CONDUCT_CODES, type Conduct, RETRIES, type Retry, type Statement } from '../conduct/conduct.ts'
import type { Operation } from '../model/operation/operation.ts'
import type { SpecCursor } from './context.ts'

/** Compiles what the vendor says about how clients should behave. */
export function compileConduct(node: SpecCursor, operations: ReadonlyMap<string, Operation>): Conduct {
  const retry = new Map<string, Retry>()
  for (const [id, word] of node.at('retry').entries()) {
    word.key.isOneOf(operations.keys(), 'operation')
    const found = RETRIES.find((known) => known === word.value)
    if (found) retry.set(id, found)
  }
  const statements = new Map<string, Statement>()
  for (const [code, statement] of node.entries()) {
    if (code === 'retry' || code.startsWith('x-')) continue
    if (!statement.key.isOneOf(CONDUCT_CODES, 'rule', 'a rule of conduct')) continue
    statements.set(code, compileStatement(statement, operations))
  }
  return { retry, statements }
}

function compileStatement(node: SpecCursor, operations: ReadonlyMap<string, Operation>): Statement {
  const named = node.optional('operations')
  for (const operation of named?.list() ?? []) operation.isOneOf(operations.keys(), 'operation')
  return {
    says: node.at('says').text() ?? node.text() ?? '',
    assumed: node.at('x-mock-assumed').text(),
    operations: named && new Set(named.texts()),
    every: node.optional('every')?.duration(),
  }
}

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isFile } from '../../load/files/regular-file.ts'
import type { OwnAnswer } from '../../connect/server/own/with-handlers.ts'
import { httpHandlersOf } from '../../connect/server/own/own-handlers.ts'
import { messageOf, printable } from '../../state/printable.ts'
import { isoText } from '../../spec/values/instants.ts'
import { count } from '../../spec/problems/count.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import type { Print } from '../print.ts'

/** A project's own handlers, and the log message on them. */
export interface LoadedHandlers {
  readonly handlers: readonly unknown[]
  readonly onOwnAnswer: (answer: OwnAnswer) => void
}

/**
 * Loads the module of `--handlers`, which exports a list as `handlers` or by default.
 *
 * @param load - imports a module by its absolute path
 * @throws {@link UsageError} for a file that cannot be loaded, or that exports no handlers
 */
export async function loadHandlers(
  args: Arguments,
  print: Print,
  load: (path: string) => Promise<unknown> = (path) => import(pathToFileURL(path).href),
): Promise<LoadedHandlers | undefined> {
  const file = args.text('handlers')
  if (file === undefined) return undefined
  const source = `${args.source('handlers')} is "${file}"`
  if (!isFile(file)) throw new UsageError(`${source}, and there is no such file.`, 'serve')
  let module: { readonly handlers?: unknown; readonly default?: unknown }
  try {
    module = (await load(resolve(file))) as typeof module
  } catch (error) {
    throw new UsageError(`${source}, and it cannot be loaded: ${messageOf(error)}`, 'serve')
  }
  const handlers = module.handlers ?? module.default
  if (!Array.isArray(handlers))
    throw new UsageError(`${source}, and it exports no handlers: export const handlers = [http.get(…)].`, 'serve')
  const left = handlers.length - httpHandlersOf(handlers).length
  if (left > 0)
    print.err(
      `sparring: ${count(left, 'handler')} of ${file} left out: only those of http are served, not GraphQL or WebSockets.`,
    )
  return {
    handlers,
    onOwnAnswer: ({ method, url, status }) => {
      if (args.on('json') || args.on('quiet')) return
      const outcome = status === undefined ? 'no answer' : String(status)
      print.err(
        `${print.paintErr('dim', isoText(Date.now()).slice(11))} ${printable(`${file} ${method} ${url}`)} ${outcome}`,
      )
    },
  }
}

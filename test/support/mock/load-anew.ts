import { registerHooks } from 'node:module'

const SOURCES = new URL('../../../mocks/', import.meta.url).href
let loads = 0

/** Loads a file of `mocks/`, with all files that it imports, as if nothing had loaded them before. */
export async function loadAnew<T>(file: string): Promise<T> {
  const mark = `?load=${++loads}`
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      const isMarked = context.parentURL?.endsWith(mark) === true && found.url.startsWith(SOURCES)
      return isMarked ? { ...found, url: found.url + mark } : found
    },
  })
  try {
    return (await import(/* @vite-ignore */ SOURCES + file + mark)) as T
  } finally {
    hooks.deregister()
  }
}

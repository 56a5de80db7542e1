import { TextDecoder, TextEncoder } from 'node:util'
import { supplyTextCoders } from '../../state/text.ts'

const own = { TextEncoder, TextDecoder }
supplyTextCoders(own)

/** Loads a package that uses text coders at load time, which environments such as jsdom in Jest lack. */
export function withTextCoders<T>(load: () => T): T {
  const missing = Object.entries(own).filter(([name]) => !(name in globalThis))
  for (const [name, value] of missing) Reflect.set(globalThis, name, value)
  try {
    return load()
  } finally {
    for (const [name] of missing) Reflect.deleteProperty(globalThis, name)
  }
}

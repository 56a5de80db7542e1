import { createLibrary } from '../../../mocks/load/library.ts'
import type { Statement } from '../../../mocks/spec/conduct/conduct.ts'
import type { Vendor } from '../../../mocks/spec/model/vendor.ts'

const library = createLibrary()

/** A vendor of the package, or of a file, that says something more of how clients should behave. */
export function stating(name: string, code: string, statement: Partial<Statement> = {}): Vendor {
  const vendor = library.vendor(name)
  const whole: Statement = {
    says: 'So it is.',
    assumed: undefined,
    operations: undefined,
    every: undefined,
    ...statement,
  }
  return {
    ...vendor,
    conduct: { ...vendor.conduct, statements: new Map([...vendor.conduct.statements, [code, whole]]) },
  }
}

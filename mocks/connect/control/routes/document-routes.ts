import { readFileSync } from 'node:fs'
import { packageFile } from '../../../load/files/package-root.ts'
import type { Route } from '../route.ts'

/** The OpenAPI document of the control API. */
export const documentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/openapi.yaml',
    run: () => ({
      status: 200,
      body: undefined,
      text: readFileSync(packageFile('specs/control.openapi.yaml'), 'utf8'),
      headers: ['content-type', 'application/yaml'],
    }),
  },
]

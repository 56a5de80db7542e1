import { readFileSync } from 'node:fs'
import { packageRoot } from '../node-tools.ts'
import type { Route } from './route.ts'

/** The control API's own description. */
export const documentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/openapi.yaml',
    run: () => ({
      status: 200,
      body: undefined,
      text: readFileSync(new URL('specs/control.openapi.yaml', packageRoot), 'utf8'),
      headers: ['content-type', 'application/yaml'],
    }),
  },
]

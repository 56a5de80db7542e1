import { nodeRequire } from '../../spec/read/node-require.ts'

/**
 * Node's HTTP, as it is when the package is loaded. Required, since an import reads all exports, and those that belong to
 * `fetch` fail where an environment, as jsdom in Jest, has taken `TextDecoder` away.
 */
export const { createServer, request } = nodeRequire('node:http') as typeof import('node:http')

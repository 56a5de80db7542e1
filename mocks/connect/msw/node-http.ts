import { nodeRequire } from '../../spec/read/node-require.ts'

/**
 * Node's HTTP at the time the package is loaded. It uses `require`, since an import reads all exports, and those of
 * `fetch` fail where an environment, such as jsdom in Jest, has removed `TextDecoder`.
 */
export const { createServer, request } = nodeRequire('node:http') as typeof import('node:http')

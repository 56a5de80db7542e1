import { startServer } from 'sparring'

// Jest imports this file as it is, so no transform and no flag is needed for a package of ES modules.
export default async function setup() {
  const server = await startServer({ vendors: ['seek'], port: 0 })
  globalThis.sparring = server
  // Workers start after this, and inherit it.
  Object.assign(process.env, server.env)
}

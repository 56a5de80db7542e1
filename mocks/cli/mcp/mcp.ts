import { packageVersion } from '../../load/files/package-root.ts'
import { lazyRequire } from '../../spec/read/node-require.ts'
import type { Arguments } from '../arguments.ts'
import type { Print } from '../print.ts'
import { openServer } from '../serve/open-server.ts'
import { connectControl, createControlClient } from '../steer/control-client.ts'
import type { Tool } from './tool.ts'
import { createTools } from './tools.ts'

type Sdk = typeof import('@modelcontextprotocol/server')
type Stdio = typeof import('@modelcontextprotocol/server/stdio')

const sdk = lazyRequire<Sdk>('@modelcontextprotocol/server')
const stdio = lazyRequire<Stdio>('@modelcontextprotocol/server/stdio')

/** `sparring mcp [VENDOR|FILE …]`: stdout carries the protocol, so nothing else is written there. */
export async function run(args: Arguments, print: Print): Promise<number> {
  requireSdk()
  const own = args.text('url') === undefined ? await openServer(args, 'mcp', { defaultPort: 0 }) : undefined
  const control = own ? createControlClient(own.server.url) : connectControl(args, 'mcp')
  await control.call('GET', '/health')
  print.err(`sparring: tools for an agent over stdio; the server is ${control.origin}`)
  const tools = createTools(control, args)
  const handle = stdio().serveStdio(() => createServer(tools), {
    onerror: (error) => print.err(`sparring: ${error.message}`),
  })
  await new Promise<void>((resolve) => {
    process.stdin.once('close', resolve)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
  })
  await handle.close()
  await own?.server.close()
  return 0
}

/** @throws Error that says what to install */
function requireSdk(): void {
  try {
    sdk()
  } catch (cause) {
    throw Object.assign(
      new Error('mcp needs the SDK of the Model Context Protocol: npm install -D @modelcontextprotocol/server', {
        cause,
      }),
      { code: 'missing-package' },
    )
  }
}

function createServer(tools: readonly Tool[]) {
  const { McpServer, fromJsonSchema } = sdk()
  const server = new McpServer({ name: 'sparring', version: packageVersion() }, { instructions: INSTRUCTIONS })
  for (const { name, title, description, input, readOnly, call } of tools) {
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: fromJsonSchema<Readonly<Record<string, unknown>>>(input),
        annotations: { readOnlyHint: readOnly, openWorldHint: false },
      },
      async (given) => {
        try {
          const answer = await call(given)
          const text = typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2)
          return { content: [{ type: 'text', text }] }
        } catch (error) {
          return { content: [{ type: 'text', text: (error as Error).message }], isError: true }
        }
      },
    )
  }
  return server
}

const INSTRUCTIONS = [
  'sparring stands in for the HTTP APIs of vendors and plays their bad days: revoked keys, empty balances, rate limits, failing jobs.',
  'Point the client under test at the URL that list_vendors gives, with its key; play a scenario; run the client; then read journal',
  'for what was answered and why, and findings for what the client did wrong. check_scenario checks a scenario file.',
].join(' ')

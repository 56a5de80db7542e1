import type { JsonSchemaType } from '@modelcontextprotocol/server'
import { count } from '../../spec/problems/count.ts'
import { firstProblems, formatProblem } from '../../spec/problems/problem.ts'
import type { Arguments } from '../arguments.ts'
import { findMistakes } from '../check/check.ts'
import { folders } from '../folders.ts'
import type { ControlClient } from '../steer/control-client.ts'
import { type Explained, readJournal } from '../steer/read-journal.ts'
import { sendRequest } from './send-request.ts'
import type { Tool } from './tool.ts'

interface ListedVendor {
  readonly name: string
  readonly title: string
  readonly operations: readonly object[]
}

interface Access {
  readonly vendors: Readonly<Record<string, object>>
}

const TEXT = { type: 'string' } as const
const VENDOR = { ...TEXT, description: 'Name of a vendor, from list_vendors.' }
const MOST_EXCHANGES = 20

/** The tools with which an agent uses a server. */
export function createTools(control: ControlClient, args: Arguments): readonly Tool[] {
  return [...readingTools(control), ...actingTools(control), checkTool(args)]
}

function readingTools(control: ControlClient): Tool[] {
  return [
    {
      name: 'list_vendors',
      title: 'List vendors',
      description:
        'The vendors that are emulated: URL, a key that passes, the secret of webhooks, the scenario played.',
      input: schema({}),
      readOnly: true,
      call: async () => {
        const [vendors, { vendors: access }, played] = await Promise.all([
          control.call<readonly ListedVendor[]>('GET', '/vendors'),
          control.call<Access>('GET', '/sessions/default'),
          control.call<{ readonly vendors: Readonly<Record<string, string>> }>('GET', '/scenario'),
        ])
        return vendors.map(({ name, title, operations }) => ({
          name,
          title,
          ...access[name],
          plays: played.vendors[name],
          operations: operations.length,
        }))
      },
    },
    {
      name: 'list_operations',
      title: 'List operations',
      description: 'The operations of a vendor, each with the errors that next_error can answer it with.',
      input: schema({ vendor: VENDOR }, ['vendor']),
      readOnly: true,
      call: async ({ vendor }) => {
        const vendors = await control.call<readonly ListedVendor[]>('GET', '/vendors')
        const found = vendors.find(({ name }) => name === vendor)
        if (found) return found.operations
        throw new Error(`There is no vendor "${String(vendor)}". Known: ${vendors.map(({ name }) => name).join(', ')}.`)
      },
    },
    {
      name: 'list_scenarios',
      title: 'List scenarios',
      description: 'The scenarios that can be played: what happens, and what a good client does.',
      input: schema({ vendor: VENDOR }),
      readOnly: true,
      call: ({ vendor }) =>
        control.call(
          'GET',
          vendor === undefined ? '/scenarios' : `/scenarios?vendor=${encodeURIComponent(String(vendor))}`,
        ),
    },
    {
      name: 'journal',
      title: 'Read the journal',
      description: 'The latest requests, each with its answer and the reason for it.',
      input: schema({
        vendor: VENDOR,
        operation: TEXT,
        status: { type: 'integer' },
        limit: { type: 'integer', minimum: 1, description: `Maximum number (default: ${MOST_EXCHANGES}).` },
        bodies: { type: 'boolean', description: 'With headers and bodies.' },
      }),
      readOnly: true,
      call: async ({ limit = MOST_EXCHANGES, bodies = false, ...filters }) => {
        const found = await readJournal(control, filters)
        const latest = found.slice(-Number(limit))
        return bodies === true ? latest : latest.map(lineOf)
      },
    },
    {
      name: 'findings',
      title: 'Read the findings',
      description: 'What the client did wrong so far: code, severity, the exchanges that show it, and the fix.',
      input: schema({ final: { type: 'boolean', description: 'The client is done: include what it never did.' } }),
      readOnly: true,
      call: ({ final = false }) => control.call('GET', `/findings?final=${String(final)}`),
    },
  ]
}

function actingTools(control: ControlClient): Tool[] {
  return [
    {
      name: 'play',
      title: 'Play a scenario',
      description: 'Plays scenarios from the next request on. Other vendors keep their scenarios.',
      input: schema(
        {
          names: { type: 'array', items: TEXT, minItems: 1, description: 'Like seek/out-of-credits.' },
          fresh: { type: 'boolean', description: 'Forget jobs, credits and limits too.' },
        },
        ['names'],
      ),
      readOnly: false,
      call: ({ names, fresh = false }) => control.call('PUT', '/scenario', { names, fresh }),
    },
    {
      name: 'next_error',
      title: 'Answer the next call with an error',
      description: 'Answers the next calls of an operation with one of its documented errors.',
      input: schema(
        {
          vendor: VENDOR,
          operation: TEXT,
          error: { ...TEXT, description: 'A name from list_operations, like TooManyRequests, or a status.' },
          times: { type: 'integer', minimum: 1 },
        },
        ['vendor', 'operation', 'error'],
      ),
      readOnly: false,
      call: async ({ vendor, operation, error, times = 1 }) => {
        await control.call('POST', '/next', { vendor, operation, error, times })
        return `The next ${count(Number(times), 'call')} of ${String(operation)}: ${String(error)}.`
      },
    },
    {
      name: 'move_clock',
      title: 'Move the clock',
      description: 'Moves the clock of limits, jobs, webhooks and latency; freezes it or lets it flow.',
      input: schema({
        advance: { ...TEXT, description: 'As 45s, 5m, 1h.' },
        frozen: { type: 'boolean', description: 'true stops the clock, false lets it flow.' },
      }),
      readOnly: false,
      call: async ({ advance, frozen }) => {
        if (frozen !== undefined)
          await control.call('POST', '/clock', frozen === true ? { freeze: true } : { flow: true })
        if (advance !== undefined) await control.call('POST', '/clock', { advance })
        return control.call('GET', '/clock')
      },
    },
    {
      name: 'send_request',
      title: 'Send a request',
      description: 'Sends one request to a vendor with a key that passes, and explains the answer.',
      input: schema(
        {
          vendor: VENDOR,
          method: { ...TEXT, description: 'Default: GET.' },
          path: { ...TEXT, description: 'Relative to the URL of the vendor, with its query: /v1/me.' },
          headers: { type: 'object', additionalProperties: TEXT },
          body: { description: 'A string is sent unchanged, anything else as JSON.' },
        },
        ['vendor', 'path'],
      ),
      readOnly: false,
      call: (given) => sendRequest(control, given),
    },
    {
      name: 'reset',
      title: 'Reset',
      description: 'Resets the server: state, clock, scenario, journal and findings.',
      input: schema({}),
      readOnly: false,
      call: () => control.call('POST', '/reset'),
    },
  ]
}

function checkTool(args: Arguments): Tool {
  return {
    name: 'check_scenario',
    title: 'Check a scenario or a spec',
    description: 'Finds the mistakes of a scenario file, an OpenAPI document or an overlay, each with its place.',
    input: schema({ file: { ...TEXT, description: 'Path of the file, or of a folder with such files.' } }, ['file']),
    readOnly: true,
    call: ({ file }) => {
      const { problems } = findMistakes(folders(args), [String(file)]).found
      const { first, more } = firstProblems(problems)
      const lines = [...first.map(formatProblem), ...(more === undefined ? [] : [more])]
      return Promise.resolve(lines.length === 0 ? 'No mistakes.' : lines.join('\n'))
    },
  }
}

function lineOf({ number, vendor, method, path, response, explanation }: Explained): object {
  return { number, vendor, request: `${method} ${path}`, status: response?.status ?? null, explanation }
}

function schema(properties: Readonly<Record<string, object>>, required: readonly string[] = []): JsonSchemaType {
  return { type: 'object', properties, required: [...required], additionalProperties: false } as JsonSchemaType
}

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { startServer } from 'sparring'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { finished, root, sparring } from '../../support/processes/cli.ts'

interface Compose {
  readonly services: {
    readonly sparring: { readonly command: readonly string[]; readonly environment: Readonly<Record<string, string>> }
    readonly client: {
      readonly command: readonly string[]
      readonly environment: Readonly<Record<string, string>>
      readonly depends_on: object
      readonly volumes: readonly string[]
    }
  }
}

const compose = parse(readFileSync(`${root}examples/compose/compose.yaml`, 'utf8')) as Compose
const { sparring: server, client } = compose.services
const hasPython = spawnSync('python3', ['--version']).status === 0

test('the client waits until the server is healthy, and gets its URL', () => {
  expect(client.depends_on).toEqual({ sparring: { condition: 'service_healthy' } })
  expect(client.environment['SEEK_URL']).toBe('http://sparring:4010/seek')
  for (const volume of client.volumes) expect(existsSync(`${root}examples/compose/${volume.split(':')[0]}`)).toBe(true)
})

test.runIf(hasPython)(
  'the Python service meets the vendor under the name of its container, and ends with 3',
  async () => {
    const scenario = server.command[server.command.indexOf('--scenario') + 1]!
    await using running = await startServer({ vendors: ['seek'], scenario, port: 0 })
    // Clients that ask for the container reach it by that name in the header Host.
    const { host } = new URL(client.environment['SEEK_URL']!)
    const named = await fetch(`${running.url}/seek/v1/me`, {
      headers: { host, 'x-api-key': client.environment['SEEKAPI_KEY']! },
    })
    expect(named.status).toBe(200)
    const env = { ...process.env, ...client.environment, SEEK_URL: `${running.url}/seek` }
    const ran = await finished(spawn('python3', [`${root}examples/compose/client.py`], { env }))
    expect([ran.code, ran.err]).toEqual([3, 'out of credits after 2 of 3 jobs\n'])
    expect(ran.out).toMatch(/^(?:submitted job_\S+\n){2}$/)
  },
)

test('the server of the image starts with a token alone', async () => {
  const command = /^CMD (\[.*\])$/m.exec(readFileSync(`${root}Dockerfile`, 'utf8'))![1]!
  const { code, err } = await sparring([...(JSON.parse(command) as string[]), '--port', '0'])
  expect(code).not.toBe(0)
  expect(err).toContain('Set SPARRING_TOKEN, or listen on 127.0.0.1.')
})

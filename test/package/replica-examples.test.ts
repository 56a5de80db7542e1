import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readArguments, variableOf } from '../../mocks/cli/arguments.ts'
import { serve } from '../../mocks/cli/server-commands.ts'
import { ROUTES } from '../../mocks/connect/control/create-control.ts'
import { root } from '../support/processes/cli.ts'

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

interface Container {
  readonly args: readonly string[]
  readonly ports: ReadonlyArray<{ readonly name?: string; readonly containerPort: number }>
  readonly env: ReadonlyArray<{
    readonly name: string
    readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } }
  }>
  readonly startupProbe: Probe
  readonly readinessProbe: Probe
  readonly livenessProbe: Probe
}

/** What we read of any of them. */
interface Resource {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly stringData: Readonly<Record<string, string>>
  readonly spec: {
    readonly replicas: number
    readonly selector: object & { readonly matchLabels?: object }
    readonly ports: ReadonlyArray<{ readonly port: number; readonly targetPort?: string | number }>
    readonly template: {
      readonly metadata: { readonly labels: object }
      readonly spec: { readonly enableServiceLinks?: boolean; readonly containers: readonly [Container] }
    }
  }
}

const resources = parseAllDocuments(readFileSync(`${root}examples/kubernetes/sparring.yaml`, 'utf8')).map(
  (document) => document.toJS() as Resource,
)
const find = (kind: string, name: string): Resource =>
  resources.find((one) => one.kind === kind && one.metadata.name === name)!

interface Compose {
  readonly services: Readonly<
    Record<
      'store' | 'sparring' | 'client',
      {
        readonly command: readonly string[]
        readonly deploy?: { readonly replicas: number }
        readonly environment?: Readonly<Record<string, string>>
      }
    >
  >
}
const { services } = parse(readFileSync(`${root}examples/compose/replicas.yaml`, 'utf8')) as Compose

/** The options of a command line that begins with `serve`. */
function optionsOf([command, ...args]: readonly string[]): Readonly<Record<string, string | undefined>> {
  expect(command).toBe('serve')
  const read = readArguments(serve, args, {})
  expect(read.words).toEqual(['seek'])
  return Object.fromEntries(['host', 'store', 'sessions-by', 'scenario', 'port'].map((name) => [name, read.text(name)]))
}

test('the Deployment starts three replicas with options that the server has, and a token', () => {
  const { spec } = find('Deployment', 'sparring')
  const [container] = spec.template.spec.containers
  expect(spec.replicas).toBe(3)
  expect(optionsOf(container.args)).toEqual({
    host: '0.0.0.0',
    store: 'redis://sparring-store:6379',
    'sessions-by': 'key',
    scenario: undefined,
    port: undefined,
  })
  const [token] = container.env
  const { name, key } = token!.valueFrom.secretKeyRef
  expect([token!.name, Object.keys(find('Secret', name).stringData)]).toEqual(['SPARRING_TOKEN', [key]])
})

test('its port is the one that is listened on by default, and probes and Service find it by its name', () => {
  const { spec } = find('Deployment', 'sparring')
  const [container] = spec.template.spec.containers
  expect(container.ports).toEqual([{ name: 'http', containerPort: 4010 }])
  expect(serve.flags.find(({ name }) => name === 'port')!.about).toContain('(default: 4010)')
  expect(find('Service', 'sparring').spec.ports).toEqual([{ name: 'http', port: 4010, targetPort: 'http' }])
  for (const { httpGet } of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
    expect(httpGet.port).toBe('http')
    expect(ROUTES.some(({ method, path }) => method === 'GET' && `/__sparring${path}` === httpGet.path)).toBe(true)
  }
})

test('each Service selects the pods of its workload, and the store is the one that replicas are given', () => {
  for (const [kind, name] of [
    ['Deployment', 'sparring'],
    ['StatefulSet', 'sparring-store'],
  ] as const) {
    const { spec } = find(kind, name)
    expect(find('Service', name).spec.selector).toEqual(spec.selector.matchLabels)
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels)
  }
  const [store] = find('StatefulSet', 'sparring-store').spec.template.spec.containers
  expect(store.args).toEqual(expect.arrayContaining(['--appendonly', 'yes', '--appendfsync', 'always']))
  expect(store.ports).toEqual([{ containerPort: 6379 }])
  expect(find('Service', 'sparring-store').spec.ports).toEqual([{ port: 6379 }])
})

test('variables that Kubernetes makes of a Service are not taken for options', () => {
  // A Service "sparring" brings SPARRING_PORT=tcp://10.0.0.1:4010, which is the variable of --port.
  const variables = serve.flags.map(variableOf)
  const brought = resources
    .filter(({ kind }) => kind === 'Service')
    .map(({ metadata }) => `${metadata.name.toUpperCase().replaceAll('-', '_')}_PORT`)
  expect(variables).toContain('SPARRING_PORT')
  expect(brought).toContain('SPARRING_PORT')
  expect(find('Deployment', 'sparring').spec.template.spec.enableServiceLinks).toBe(false)
})

test('the compose file starts three replicas with options that the server has', () => {
  expect(services.sparring.deploy).toEqual({ replicas: 3 })
  expect(optionsOf(services.sparring.command)).toEqual({
    host: '0.0.0.0',
    store: 'redis://store:6379',
    'sessions-by': undefined,
    scenario: 'seek/out-of-credits',
    port: undefined,
  })
  expect(Object.keys(services.sparring.environment!)).toEqual(['SPARRING_TOKEN'])
  expect(services.store.command).toEqual(['valkey-server', '--appendonly', 'yes', '--appendfsync', 'always'])
  expect(services.client.environment!['SEEK_URL']).toBe('http://sparring:4010/seek')
})

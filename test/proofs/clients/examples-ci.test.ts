import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { COMMAND, finished, project, root, sparring } from '../../support/processes/cli.ts'

const client = `${root}examples/ci/client.mts`
const node = process.execPath
const fast = { env: { SPARRING_PACE: '20' } }

const exec = (scenario: string) =>
  sparring(['exec', 'seek', '--scenario', scenario, '--quiet', '--', node, client], fast)

test('the client follows its jobs to their end', async () => {
  const { code, out, err } = await exec('seek/happy-path')
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^(?:job_\S+ completed 5 credits\n){3}$/)
})

test('out of credits: the client stops submitting, follows what is submitted, and ends with 3', async () => {
  const { code, out, err } = await sparring(
    ['exec', 'seek', '--scenario', 'seek/out-of-credits', '--', node, client],
    fast,
  )
  expect(code).toBe(3)
  expect(out).toMatch(/^(?:job_\S+ completed 5 credits\n){2}$/)
  expect(err).toContain('Out of credits: 2 of 3 jobs are submitted. Buy credits, and run the rest again.\n')
  expect(err).toContain('sparring: 1 × seek submitJob 402 by charge (PaymentRequired#credits)\n')
})

test('the client waits as Retry-After says, and reports which job has failed', async () => {
  const limited = await exec('seek/rate-limited')
  expect([limited.code, limited.err]).toEqual([0, ''])
  const failing = await exec('seek/job-fails')
  expect(failing.code).toBe(1)
  expect(failing.out).toMatch(/^(?:job_\S+ failed 0 credits\n){3}$/)
})

test(
  'the shell pipeline passes with this client, and names what is not as expected',
  { timeout: 120_000 },
  async () => {
    const bin = project({ npx: `#!/bin/sh\nshift\nexec "${node}" "${COMMAND}" "$@"\n`, node: '' })
    writeFileSync(`${bin}/node`, `#!/bin/sh\nexec "${node}" "$@"\n`)
    spawnSync('chmod', ['+x', `${bin}/npx`, `${bin}/node`])
    const run = (file: string) =>
      finished(
        spawn('sh', [file], {
          cwd: project({}),
          env: { ...process.env, ...fast.env, PATH: `${bin}:${process.env['PATH']}` },
        }),
      )
    const good = await run(`${root}examples/ci/pipeline.sh`)
    expect(good.out.match(/^seek.*/gm)).toEqual([
      'seek/happy-path: exit code 0',
      'seek/out-of-credits: exit code 3',
      'seek/job-fails: exit code 1',
    ])
    expect(good.code).toBe(0)
    const other = project({ 'client.mts': 'process.exitCode = 0', 'pipeline.sh': '' })
    writeFileSync(`${other}/pipeline.sh`, readFileSync(`${root}examples/ci/pipeline.sh`))
    const bad = await run(`${other}/pipeline.sh`)
    expect(bad.code).toBe(1)
    expect(bad.err.trimEnd().split('\n').at(-1)).toBe('not as expected: seek/happy-path seek/out-of-credits')
  },
)

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: ReadonlyArray<{ readonly id?: string; readonly run?: string }> }>
  >
}

/** Runs a step of a workflow as the runner does, with the command of the clone in place of the package's. */
function runStep(text: string, env: Readonly<Record<string, string>>) {
  const code = text.replaceAll('npx sparring', `"${node}" "${COMMAND}"`)
  return spawnSync('bash', ['-e', '-o', 'pipefail', '-c', code], { encoding: 'utf8', env: { ...process.env, ...env } })
}

test.runIf(spawnSync('jq', ['--version']).status === 0)(
  'the workflow lists the scenarios of a vendor for its matrix',
  () => {
    const workflow = parse(readFileSync(`${root}examples/ci/github-workflow.yml`, 'utf8')) as Workflow
    const step = workflow.jobs['scenarios']!.steps.find(({ id }) => id === 'list')!
    const output = `${project({ output: '' })}/output`
    expect(runStep(step.run!, { GITHUB_OUTPUT: output }).status).toBe(0)
    const names = JSON.parse(readFileSync(output, 'utf8').replace('names=', '')) as string[]
    expect(names).toContain('seek/out-of-credits')
    const tests = workflow.jobs['test']!.steps.at(-1)!.run!
    const suite = `node -e 'console.log(process.env.SPARRING_SEEK_URL, process.env.SPARRING_SCENARIO)'`
    const ran = runStep(tests.replace('npm test', suite), { SPARRING_SCENARIO: names[0]! })
    expect(ran.stdout).toMatch(/^http:\S+\/seek seek\/added-field\n$/)
  },
)

test('the scenarios in the GitLab example are those of the package', async () => {
  const pipeline = parse(readFileSync(`${root}examples/ci/gitlab-ci.yml`, 'utf8')) as {
    readonly 'bad-days': {
      readonly parallel: { readonly matrix: readonly [{ readonly SPARRING_SCENARIO: readonly string[] }] }
      readonly script: readonly [string]
    }
  }
  const { parallel, script } = pipeline['bad-days']
  for (const scenario of parallel.matrix[0].SPARRING_SCENARIO) {
    const request = `sh -c 'curl -s -o /dev/null -H "x-api-key: $SPARRING_SEEK_KEY" "$SPARRING_SEEK_URL/v1/me"'`
    const ran = runStep(script[0].replace('npm test', request), { SPARRING_SCENARIO: scenario })
    expect([ran.status, ran.stderr], scenario).toEqual([0, 'sparring: 1 request\nsparring: no findings\n'])
  }
})

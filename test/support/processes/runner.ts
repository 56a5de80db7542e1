import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { finished, project, root } from './cli.ts'

/** `action.yml`, as far as the runner acts by it. */
interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly outputs: Readonly<Record<string, object>>
  readonly runs: { readonly using: string; readonly main: string; readonly post: string; readonly 'post-if': string }
}

export const manifest = parse(readFileSync(`${root}action/action.yml`, 'utf8')) as Manifest

type Variables = Readonly<Record<string, string>>

/** What a step has done. */
export interface Step {
  readonly code: number | null
  readonly log: string
  readonly outputs: Variables
  readonly env: Variables
  readonly state: Variables
}

/** A job of GitHub Actions: runs main and post as the runner does, with files for what they say and variables for inputs. */
export function createJob(files: Readonly<Record<string, string>> = {}) {
  const workspace = project(files)
  const temp = project({})
  let status = 'success'
  const step = async (file: string, inputs: Variables, variables: Variables): Promise<Step> => {
    const said = project({ output: '', env: '', state: '' })
    const given = Object.entries(manifest.inputs).map(([name, { default: text }]) => [
      `INPUT_${name.toUpperCase()}`,
      inputs[name] ?? text.replace('${{ job.status }}', status),
    ])
    const child = spawn(process.execPath, [`${root}action/${file}`], {
      cwd: workspace,
      timeout: 60_000,
      env: {
        PATH: process.env['PATH'],
        RUNNER_TEMP: temp,
        GITHUB_WORKSPACE: workspace,
        GITHUB_OUTPUT: join(said, 'output'),
        GITHUB_ENV: join(said, 'env'),
        GITHUB_STATE: join(said, 'state'),
        ...Object.fromEntries(given),
        ...variables,
      },
    })
    const { code, out, err } = await finished(child)
    return {
      code,
      log: out + err,
      outputs: readPairs(join(said, 'output')),
      env: readPairs(join(said, 'env')),
      state: readPairs(join(said, 'state')),
    }
  }
  return {
    workspace,
    fail: () => (status = 'failure'),
    main: (inputs: Variables = {}) => step(manifest.runs.main, inputs, {}),
    post: (main: Step, inputs: Variables = {}, variables: Variables = {}) => {
      const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value])
      return step(manifest.runs.post, inputs, { ...Object.fromEntries(state), ...variables })
    },
  }
}

/** Reads `NAME<<END`, lines, `END`, as the runner does. */
function readPairs(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n')
  const pairs: Record<string, string> = {}
  while (lines.length > 1) {
    const [, name, end] = /^([^=<]+)<<(.+)$/.exec(lines.shift()!)!
    pairs[name!] = lines.splice(0, lines.indexOf(end!)).join('\n')
    lines.shift()
  }
  writeFileSync(file, '')
  return pairs
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandUnder } from './project.ts'

/** A first test: `sparring init` names its file in the first line, and what runs it before "passes at once". */
const SAID = /^(?<file>\S+) is a first test for (?<runner>\S+),[^]*^ {2}(?<line>\S.*?) {2,}passes at once$/m

/**
 * Lets `sparring init` write a first test into an installed project, runs the printed command, and removes the test.
 *
 * @param options.passed - the runner's output if both tests have passed
 * @param options.type - of the project's modules
 * @throws Error if the test is for another runner, or does not pass
 */
export async function checkStarter(
  folder: string,
  options: {
    readonly runner: string
    readonly passed: RegExp
    readonly node: string
    readonly type?: 'module' | 'commonjs'
  },
): Promise<void> {
  const { runner, passed, node, type = 'module' } = options
  const manifest = join(folder, 'package.json')
  const before = readFileSync(manifest, 'utf8')
  writeFileSync(manifest, JSON.stringify({ ...(JSON.parse(before) as object), type }))
  try {
    const printed = await commandUnder(node, folder, 'node', 'node_modules/sparring/dist/cli/main.js', 'init')
    const said = SAID.exec(printed)?.groups
    if (said?.['runner'] !== runner) throw new Error(`A first test for ${runner} should have been written:\n${printed}`)
    const ran = await commandUnder(node, folder, 'sh', '-c', `${said['line']} 2>&1`).finally(() =>
      rmSync(join(folder, said['file']!)),
    )
    if (!passed.test(ran)) throw new Error(`Both tests of ${said['file']} should have passed:\n${ran}`)
  } finally {
    writeFileSync(manifest, before)
  }
}

import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { overBudget, type Packed } from './package/budget.ts'
import { unmapped } from './package/maps.ts'

/** Builds and packs the package, and checks the tarball as its users get it. */
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

/** Number of problems that are printed. */
const MOST = 20

rmSync('dist', { recursive: true, force: true })
run('npm', 'run', '--silent', 'build')
const [packed] = JSON.parse(run('npm', 'pack', '--json', '--ignore-scripts')) as [Packed]
try {
  const { filename, size, unpackedSize, files } = packed
  const bytes = (number: number): string => `${Math.round(number / 1024).toLocaleString('en')} KiB`
  console.log(`${filename}: ${files.length} files, ${bytes(size)}, unpacked ${bytes(unpackedSize)}`)
  const paths = new Set(files.map(({ path }) => path))
  const problems = [...overBudget(packed), ...unmapped(paths, (path) => readFileSync(path, 'utf8'))]
  for (const problem of problems.slice(0, MOST)) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  console.log(run('publint', packed.filename, '--strict'))
  console.log(run('attw', packed.filename, '--profile', 'esm-only', '--no-emoji'))
} finally {
  rmSync(packed.filename, { force: true })
}

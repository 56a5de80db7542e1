import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'

/** Builds and packs the package, and has the tarball judged as its users would meet it. */
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

rmSync('dist', { recursive: true, force: true })
run('npm', 'run', '--silent', 'build')
const [packed] = JSON.parse(run('npm', 'pack', '--json', '--ignore-scripts')) as [
  { filename: string; size: number; entryCount: number },
]
try {
  console.log(`${packed.filename}: ${packed.entryCount} files, ${Math.round(packed.size / 1024)} KiB`)
  console.log(run('publint', packed.filename, '--strict'))
  console.log(run('attw', packed.filename, '--profile', 'esm-only', '--no-emoji'))
} finally {
  rmSync(packed.filename, { force: true })
}

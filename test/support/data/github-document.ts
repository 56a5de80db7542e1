import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const version = '23.0.2'

/** A large document of a real vendor, or the reason why there is none on this machine. */
export type GithubDocument = { readonly path: string } | { readonly unavailable: string }

/**
 * GitHub's OpenAPI document (3.0.3, 13 MB), installed once a machine from the package `@octokit/openapi` and kept under
 * the system's folder for temporary files. Two test files may ask at once: each installs aside, the first to finish wins.
 */
export async function githubDocument(): Promise<GithubDocument> {
  const folder = join(tmpdir(), 'sparring-test-documents')
  const path = join(folder, `github-${version}.json`)
  if (existsSync(path)) return { path }
  await mkdir(folder, { recursive: true })
  const aside = await mkdtemp(join(folder, 'install-'))
  try {
    await install(aside)
    const copy = join(aside, 'document.json')
    await copyFile(join(aside, 'node_modules/@octokit/openapi/generated/api.github.com.json'), copy)
    // Renaming is atomic: nobody sees half a document.
    await rename(copy, path)
    return { path }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return {
      unavailable: `@octokit/openapi@${version} could not be installed: ${text.split('\n').slice(0, 3).join(' ')}`,
    }
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function install(folder: string): Promise<void> {
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  await promisify(execFile)('npm', ['install', ...flags, '--prefix', folder, `@octokit/openapi@${version}`], {
    cwd: folder,
    shell: process.platform === 'win32',
    timeout: 180_000,
  })
}

import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from '../target/chromium.ts'
import { freePort } from '../target/free-port.ts'
import { leg } from '../leg.ts'
import { PLAYWRIGHT } from './consumers.ts'
import { command, install, ownVersion, project, root } from './project.ts'

const PACKAGES = ['vite', 'vitest', 'jsdom', 'typescript', '@types/node', '@playwright/test']

/**
 * A project with pnpm's layout, where a package finds only its declared dependencies, and checks of several consumers
 * there.
 */
export async function checkLinked(tarball: string): Promise<void> {
  const folder = project('links')
  await leg('installed by links, as pnpm does it', () =>
    install(folder, '--install-strategy=linked', 'msw@2.15', ...PACKAGES.map(ownVersion), tarball),
  )
  const copy = (consumer: string): string => {
    const own = join(folder, consumer)
    cpSync(join(root, 'test/consumers', consumer), own, { recursive: true })
    return own
  }
  const run = (own: string, script: string, ...args: string[]): Promise<string> =>
    command(own, 'node', join(folder, 'node_modules', script), ...args)

  for (const resolution of ['nodenext', 'bundler']) {
    await leg(`types by ${resolution}, libraries checked`, async () => {
      await run(copy('typescript'), 'typescript/bin/tsc', '-p', `tsconfig.${resolution}.json`)
    })
  }
  await leg('vitest in jsdom', async () => {
    const said = await run(copy('vitest-jsdom'), 'vitest/vitest.mjs', 'run')
    if (!said.includes('2 passed (2)')) throw new Error(`2 tests should have passed:\n${said}`)
  })
  await leg('a page built by Vite, MSW 2', async () => {
    const own = copy('vite')
    // It requires a package.json in its working directory.
    await run(folder, 'msw/cli/index.js', 'init', 'vite/public', '--no-save')
    await run(own, 'vite/bin/vite.js', 'build', '--target', 'esnext')
    const env = [`SPARRING_CHROMIUM=${findChromium()}`, `PORT=${await freePort()}`]
    const args = ['test', '--config', 'preview.config.ts']
    const said = await command(own, 'env', ...env, 'node', join(folder, PLAYWRIGHT), ...args)
    if (!said.includes('1 passed')) throw new Error(`1 test should have passed:\n${said}`)
  })
}

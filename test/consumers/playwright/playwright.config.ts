import { defineConfig } from '@playwright/test'

const executablePath = process.env['SPARRING_CHROMIUM']

export default defineConfig({
  globalSetup: 'sparring/playwright/coverage',
  fullyParallel: true,
  workers: 2,
  // Root, as in a container, has no sandbox.
  use: { launchOptions: { args: ['--no-sandbox'], ...(executablePath && { executablePath }) } },
})

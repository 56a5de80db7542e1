import { defineConfig } from '@playwright/test'

export default defineConfig({
  // The application as it is: it asks the vendor at its own address.
  webServer: { command: 'node app.mjs', url: 'http://127.0.0.1:4173' },
  use: { baseURL: 'http://127.0.0.1:4173' },
  // Prints after the run which of the vendor's answers the tests have met.
  globalSetup: 'sparring/playwright/coverage',
})

import { defineConfig } from '@playwright/test'

export default defineConfig({
  webServer: {
    command: 'npx sparring serve seek --port 4010',
    url: 'http://127.0.0.1:4010/__sparring/health',
    reuseExistingServer: !process.env['CI'],
  },
  use: { baseURL: 'http://127.0.0.1:4010' },
})

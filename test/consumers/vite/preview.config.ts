import { defineConfig } from '@playwright/test'

const url = `http://127.0.0.1:${process.env['PORT']}`

export default defineConfig({
  webServer: { command: `npx vite preview --host 127.0.0.1 --port ${process.env['PORT']} --strictPort`, url },
  use: {
    baseURL: url,
    launchOptions: { executablePath: process.env['SPARRING_CHROMIUM']!, args: ['--no-sandbox'] },
  },
})

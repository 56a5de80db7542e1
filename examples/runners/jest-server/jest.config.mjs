export default {
  globalSetup: './sparring.setup.mjs',
  globalTeardown: './sparring.teardown.mjs',
}

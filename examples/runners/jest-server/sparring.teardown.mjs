export default async function teardown() {
  await globalThis.sparring.close()
}

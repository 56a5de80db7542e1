import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packVendor } from '../mocks/cli/build/pack.ts'
import { writeGrammar, writeModule } from '../mocks/cli/build/write-module.ts'
import { createLibrary } from '../mocks/load/library.ts'

/** Writes the browser modules of the package's own vendors into `dist`, which `tsc` has built. */
const root = fileURLToPath(new URL('..', import.meta.url))
const out = resolve(root, process.argv[2] ?? 'dist', 'browser')
const library = createLibrary({ cwd: root })
mkdirSync(out, { recursive: true })
write('grammar', writeGrammar(library.scenarioGrammar(), '../browser.js'))
for (const name of library.vendorNames()) {
  const packed = packVendor(library, library.vendor(name))
  write(
    name,
    writeModule(packed, {
      library: '../browser.js',
      grammar: './grammar.js',
      operations: packed.operations && `../vendors/${name}/index.js`,
    }),
  )
}

function write(name: string, { js, types }: ReturnType<typeof writeModule>): void {
  writeFileSync(`${out}/${name}.js`, js)
  writeFileSync(`${out}/${name}.d.ts`, types)
}

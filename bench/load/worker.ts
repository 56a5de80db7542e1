import { readFileSync } from 'node:fs'
import { load, type Load } from './load.ts'

/** A load in a process of its own, for machines without wrk: `worker.ts FILE`, where the file has the load as JSON. */
console.log(JSON.stringify(await load(JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Load)))

import type { Flag } from './arguments.ts'

/** Options shared by several commands. */

export const JSON_FLAG: Flag = { name: 'json', short: 'j', about: 'print JSON, for programs' }
export const FOLDERS: Flag = {
  name: 'scenarios',
  value: 'DIR',
  many: true,
  about: 'a folder with <vendor>/<name>.yaml, searched before ./scenarios; may be repeated',
}
export const SCENARIO: Flag = {
  name: 'scenario',
  short: 's',
  value: 'NAME',
  many: true,
  about: 'what to play, like seek/out-of-credits or the path of a file; may be repeated (default: happy-path)',
}
export const DIALECT: Flag = {
  name: 'dialect',
  value: 'NAME',
  many: true,
  about: 'the dialect for requests that choose none, like usd or seek=usd; overrides the scenario',
}
export const SEED: Flag = { name: 'seed', value: 'NUMBER', about: 'seeds all generated values and choices' }
export const COVERAGE_MIN: Flag = {
  name: 'coverage-min',
  value: 'PERCENT',
  about: 'fail when the coverage is below this percentage, like 80',
}

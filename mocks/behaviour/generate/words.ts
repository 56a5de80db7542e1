import type { Random } from '../../state/hash.ts'

const adjectives = (
  'amber ample bold brave bright brisk calm civil clear crisp early eager even fair firm fresh gentle golden grand green ' +
  'keen kind light lively lucid mellow modest neat noble novel open plain polar prime quick quiet rapid ready rural sharp ' +
  'silver simple sleek solid steady still stout sunny swift tidy true urban vivid warm wide young'
).split(' ')

const nouns = (
  'anchor arbor atlas basin beacon birch bridge brook canyon cedar circle cliff comet coral cove crest delta dune ember ' +
  'falcon field fjord forest garden glade grove harbor haven hill horizon island lagoon lantern ledger maple meadow mesa ' +
  'mirror north orchard oxbow path pebble pier pine plaza prairie quarry ridge river shore signal spring stone summit ' +
  'terrace tide timber trail valley vista willow window'
).split(' ')

/** Two plain words: `brisk harbor`. */
export function twoWords(chance: Random): string {
  return `${chance.pick(adjectives)} ${chance.pick(nouns)}`
}

/** A noun. */
export function oneWord(chance: Random): string {
  return chance.pick(nouns)
}

/** A name for a thing: `Brisk Harbor`. */
export function thingName(chance: Random): string {
  return twoWords(chance).replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())
}

/** A short sentence that says little. */
export function sentence(chance: Random): string {
  const verb = chance.pick(['follows', 'opens onto', 'leads to', 'overlooks', 'meets', 'rests beside'])
  return `The ${twoWords(chance)} ${verb} the ${twoWords(chance)}.`
}

/** Letters and digits, as many as are asked for. */
export function letters(chance: Random, length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
  let text = ''
  for (let index = 0; index < length; index++) text += alphabet[chance.int(0, index === 0 ? 25 : 35)]
  return text
}

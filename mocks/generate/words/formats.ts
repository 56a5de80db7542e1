import { chance, isAgain, type Context, type MakeText } from '../context.ts'
import { date, dateTime } from '../make/dates.ts'
import { slug } from './people.ts'
import { snake } from './property-name.ts'
import { topicOf } from './things.ts'
import { letters, topic } from './words.ts'

/**
 * The maker of a format's text; `undefined` when the format is not known, so that any text is valid.
 *
 * @param name - name of the property, for a more specific result: `avatar_url` is a picture
 */
export function formatText(format: string, name: string): MakeText | undefined {
  switch (format) {
    case 'date-time':
    case 'iso-date-time':
      return (context, path, _subject, attempt) => dateTime(context, path, name, attempt)
    case 'date':
      return (context, path, _subject, attempt) => date(context, path, name, attempt)
    case 'time':
    case 'iso-time':
      return (context, path, _subject, attempt) => dateTime(context, path, name, attempt).slice(11)
    case 'email':
    case 'idn-email':
      return email
    case 'uri':
    case 'url':
    case 'iri':
    case 'uri-reference':
    case 'iri-reference':
    case 'uri-template':
      return webAddress(name)
    case 'hostname':
    case 'idn-hostname':
      return (context, _path, subject, attempt) => {
        const { domain } = context.people.company(subject)
        // RFC 2606 also reserves `.test`; the shortest is a name in a private network.
        return [domain, `${domain.slice(0, 1)}.example`, `${domain.slice(0, 1)}.test`][attempt] ?? domain.slice(0, 1)
      }
    default: {
      const make = plain[format]
      return make && ((context, path, _subject, attempt) => make(chance(context, path, attempt), { attempt, path }))
    }
  }
}

/** A version 4 UUID. */
export function generatedUuid(random: ReturnType<typeof chance>): string {
  const hex = random.hex(32)
  const variant = '89ab'[random.int(0, 3)]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** The email address of the subject; shorter forms where it does not fit. */
export function email(context: Context, _path: string, subject: string, attempt: number): string {
  const { email: full, first, last } = context.people.person(subject)
  const { domain } = context.people.company(subject)
  if (attempt === 0) return full
  if (attempt === 1) return `${slug(first)}@${domain}`
  if (attempt === 2) return `${slug(last).slice(0, 4)}@${domain.slice(0, 1)}.example`
  // RFC 2606 also reserves `.test`.
  return attempt === 3
    ? `${slug(last).slice(0, 1)}@${domain.slice(0, 1)}.example`
    : `${slug(last).slice(0, 1)}@${domain.slice(0, 1)}.test`
}

/** An address under the subject's domain. */
export function webAddress(name: string): MakeText {
  const word = snake(name)
  return (context, path, subject, attempt) => {
    const { domain } = context.people.company(subject)
    if (/(?:^|_)(?:website|homepage|home_page|domain_url|company_url)$|^site$/.test(word)) return `https://${domain}`
    if (/linkedin|profile_url|twitter|facebook/.test(word))
      return `https://${domain}/in/${context.people.person(subject).user}`
    if (attempt > 3) return shortAddress(domain.slice(0, 1), attempt - 4)
    if (/^(?:url|link|href|permalink)$/.test(word)) return `https://${domain}/${slug(topicOf(context, path, attempt))}`
    const stream = chance(context, path, attempt)
    return `https://${domain}/${slug(topic(context.people.fakerOn(stream), stream))}${endOf(word)}`
  }
}

function shortAddress(letter: string, attempt: number): string {
  const shorter = [`https://${letter}.example`, `https://${letter}.test`, `http://${letter}.test`, `http://${letter}`]
  return shorter[attempt] ?? `urn:${letter}`
}

function endOf(word: string): string {
  if (/avatar|image|photo|logo|picture|icon|thumbnail|screenshot/.test(word)) return '.png'
  if (/audio|recording/.test(word)) return '.mp3'
  if (/video/.test(word)) return '.mp4'
  return /pdf|invoice|receipt|document/.test(word) ? '.pdf' : ''
}

interface Trial {
  readonly attempt: number
  readonly path: string
}

type Plain = Readonly<Record<string, (random: ReturnType<typeof chance>, trial: Trial) => string>>

// Addresses from the ranges reserved for documentation (RFC 5737, RFC 3849).
const plain: Plain = {
  uuid: generatedUuid,
  ipv4: (random) => `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.int(1, 254)}`,
  ipv6: (random) => `2001:db8::${random.hex(4)}:${random.hex(4)}`,
  byte: (random, { attempt }) => base64(letters(random, [12, 12, 12, 9, 6, 4, 3, 1][attempt] ?? 1)),
  binary: (random) => letters(random, 12),
  password: (random) => `${letters(random, 6)}-${letters(random, 6)}`,
  duration: (random, { path }) => `PT${random.int(1, isAgain(path) ? 9999 : 59)}M`,
  regex: (random, trial) => `^${oneWord(random, trial)}$`,
  'json-pointer': (random, trial) => `/${oneWord(random, trial)}`,
  'json-pointer-uri-fragment': (random, trial) => `#/${oneWord(random, trial)}`,
  'relative-json-pointer': (random, trial) => `1/${oneWord(random, trial)}`,
}

function oneWord(random: ReturnType<typeof chance>, { path }: Trial): string {
  const word = random.pick(['name', 'title', 'status', 'owner', 'date', 'total', 'label', 'note'])
  return isAgain(path) ? `${word}${random.int(2, 9999)}` : word
}

/** Base64 of plain letters; twelve of them need no padding. */
export function base64(text: string): string {
  return btoa(text)
}

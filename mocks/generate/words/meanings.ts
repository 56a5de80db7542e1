import { date, dateTime, instant } from '../make/dates.ts'
import { base64, email, generatedUuid, webAddress } from './formats.ts'
import type { MakeText } from '../context.ts'
import { extension, fileName, mediaType } from './files.ts'
import {
  bio,
  by,
  code,
  companyName,
  digits,
  exactly,
  fullName,
  id,
  jobTitle,
  modelCode,
  of,
  ofCompany,
  oneKind,
  permission,
  phone,
  slogan,
} from './meanings-exact.ts'
import { isCompany, type Scene } from './scene.ts'
import { ofCountry, sentenceOf, thingName, thingSlug } from './things.ts'
import { snake } from './property-name.ts'
import { letters } from './words.ts'

/**
 * The maker of strings with this name, or `undefined` for a name without a known meaning.
 *
 * @param name - of the property; where it is the name or the title of a thing, `<what the thing is>.<name>`
 * @param scene - the kind of the object around it
 */
export function meaningOf(name: string, scene: Scene): MakeText | undefined {
  const dot = name.lastIndexOf('.')
  const noun = dot === -1 ? '' : name.slice(0, dot)
  const word = snake(name.slice(dot + 1))
  if (word === '') return undefined
  // A numbered name such as `phone2` has the meaning of `phone`.
  return meaning(word, noun, name, scene) ?? meaning(word.replace(/(?<=[a-z]{3})_?\d+$/, ''), noun, name, scene)
}

function meaning(word: string, noun: string, name: string, scene: Scene): MakeText | undefined {
  return (
    inScene(word, scene) ??
    ofThing(word, noun) ??
    bySuffix.find(([pattern]) => pattern.test(word))?.[1](name, word) ??
    byEnd(word)
  )
}

/** The meaning of a name's last words: a `browser_language` is a language. */
function byEnd(word: string): MakeText | undefined {
  const words = word.split('_')
  while (words.length > 1) {
    words.shift()
    const end = words.join('_')
    if (Object.hasOwn(exactly, end) && !NEEDS_ITS_OWN.has(end)) return exactly[end]
  }
  return undefined
}

/** Names that change their meaning after another word: a `mac_address` is not a street. */
const NEEDS_ITS_OWN = new Set([
  'address',
  'state',
  'position',
  'method',
  'product',
  'key',
  'before',
  'after',
  'initial',
])

/** Names whose meaning depends on the kind of object. */
function inScene(word: string, scene: Scene): MakeText | undefined {
  switch (scene) {
    case 'person':
      if (/^(?:name|display_name|real_name)$/.test(word)) return fullName
      if (word === 'title') return jobTitle
      return /^(?:bio|about|description|summary|headline|tagline)$/.test(word) ? bio : undefined
    case 'company':
      if (/^(?:name|display_name|legal_name|title|label)$/.test(word)) return companyName
      return /^(?:about|description|summary|headline|tagline)$/.test(word) ? slogan : undefined
    case 'country':
      if (/^(?:name|display_name|label|country|country_name)$/.test(word)) return ofCountry(({ name }) => name)
      if (/^(?:id|code|alpha2|alpha_2|iso|iso2|iso_code|country_code)$/.test(word))
        return ofCountry(({ alpha2 }) => alpha2)
      if (/^(?:alpha3|alpha_3|iso3)$/.test(word)) return ofCountry(({ alpha3 }) => alpha3)
      return /^currency(?:_code)?$/.test(word) ? ofCountry(({ currency }) => currency) : undefined
    case 'place':
      if (word === 'name') return exactly['city']
      return word === 'state' ? exactly['province'] : undefined
    case 'thing':
      return undefined
  }
}

/** Names whose meaning depends on the kind of thing. */
function ofThing(word: string, noun: string): MakeText | undefined {
  const isFile = /(?:^| )(?:file|document|attachment|upload|image|photo|picture|recording|video)$/.test(noun)
  switch (word) {
    case 'full_name':
    case 'fullname':
      return fullNameOf(noun)
    case 'name':
    case 'display_name':
    case 'title':
    case 'label':
    case 'heading':
      return isFile && word === 'name' ? fileName(noun) : thingName(noun)
    case 'subject':
      return thingName('')
    case 'slug':
    case 'permalink':
      return thingSlug(noun)
    case 'description':
    case 'summary':
    case 'about':
      return sentenceOf('descriptions', noun)
    case 'filename':
    case 'file_name':
    case 'original_filename':
    case 'original_name':
      return fileName(noun)
    case 'mime_type':
    case 'mimetype':
    case 'media_type':
    case 'content_type':
      return mediaType(noun)
    case 'extension':
    case 'file_extension':
    case 'file_type':
      return extension(noun)
    case 'object':
    case 'resource_type':
    case 'object_type':
      return noun === '' ? undefined : by(() => noun.replaceAll(' ', '_'))
    default:
      return Object.hasOwn(exactly, word) ? exactly[word] : undefined
  }
}

/** A full name is a person's, unless its owner is known to be something else. */
function fullNameOf(noun: string): MakeText {
  if (/repo|package|project|module|path/.test(noun)) return thingName(noun)
  if (isCompany(noun)) return companyName
  return /(?:^| )country$/.test(noun) ? ofCountry(({ name }) => name) : fullName
}

const money = (): MakeText => by((random) => (random.int(500, 50_000) / 100).toFixed(2))

/** Endings of names, tried in this order; the maker gets the name as written and in snake case. */
const bySuffix: ReadonlyArray<readonly [RegExp, (name: string, word: string) => MakeText]> = [
  [/(?:^|_)(?:first_name|given_name|firstname|forename)$/, () => of((person) => person.first)],
  [/(?:^|_)(?:last_name|family_name|lastname|surname)$/, () => of((person) => person.last)],
  [/(?:^|_)(?:email|e_mail|email_address)$/, () => email],
  [/(?:^|_)(?:phone|phone_number|mobile|telephone|tel|fax)$/, () => phone],
  [
    /(?:^|_)(?:(?:company|organization|organisation|employer|business|org|vendor|supplier|merchant|brand|client|bank|institution|publisher|school|university)(?:_name)?|account_name)$/,
    () => companyName,
  ],
  [/_full_?name$/, (_name, word) => fullNameOf(word.replace(/_full_?name$/, '').replaceAll('_', ' '))],
  [
    /(?:user|author|owner|contact|person|customer|sender|recipient|member|candidate|worker|employee|manager|caller|creator|assignee|reviewer|holder|legal|patient|guest|student|teacher|driver|billing|shipping)_name$|(?:^|_)(?:assignee|reviewer|creator|editor|approver|sender|recipient|contact|attendee|participant|speaker)$|(?:created|updated|assigned|approved|modified|deleted|invited|uploaded|requested|reported|edited|published|started|initiated|changed)_by(?:_name)?$/,
    () => fullName,
  ],
  [/_(?:city|town)$/, () => exactly['city']!],
  [
    /(?:billing|shipping|home|mailing|birth|work|office|company|delivery)_(?:state|province|region)$/,
    () => exactly['province']!,
  ],
  [/_country$/, () => exactly['country']!],
  [/_country_code$/, () => exactly['country_code']!],
  [/_(?:zip|zip_code|postal_code|postcode)$/, () => exactly['zip']!],
  [
    /_(?:street|street_address|address_line_?1)$|(?:billing|shipping|home|mailing|postal|work|office|delivery|business|company|return)_address$/,
    () => exactly['street']!,
  ],
  [/_(?:job_title|occupation)$/, () => jobTitle],
  [/_(?:time_?zone|tz)$|time_?zone_name$/, () => exactly['timezone']!],
  [/_currency(?:_code)?$/, () => by(() => 'USD')],
  [/_(?:domain|host|hostname)$/, () => ofCompany((company) => company.domain)],
  [/(?:^|_)(?:url|uri|link|href|website|homepage|site|webhook|avatar|endpoint)$/, webAddress],
  [
    /(?:_at|timestamp|_time|date_time|datetime|^created|^updated|^modified)$/,
    (name) => (context, path, _subject, attempt) => dateTime(context, path, name, attempt),
  ],
  [
    /(?:^|_)(?:date|birthday|day|dob)$/,
    (name) => (context, path, _subject, attempt) => date(context, path, name, attempt),
  ],
  [/(?:^|_)year$/, () => by((random) => String(random.int(2015, 2025)))],
  [/_uuid$/, () => by(generatedUuid)],
  [/_(?:id|key|cursor)$/, () => id],
  [/(?:token|secret|signature)$/, () => by((random) => random.hex(32))],
  [/(?:^|_)(?:sha|sha1|sha256|hash|checksum|digest|etag|fingerprint)$/, () => by((random) => random.hex(40))],
  [/(?:^|_)(?:price|amount|cost|total|balance|revenue|fee|tax|salary|subtotal)$/, money],
  [/(?:^|_)version$/, () => exactly['version']!],
  [
    /(?:account|order|invoice|tracking|serial|reference|confirmation|case|document|license|policy)_(?:number|no)$/,
    () => by((random) => String(random.int(10_000_000, 99_999_999))),
  ],
  [/_(?:count|number|num|index|size|length|quantity|qty)$/, () => digits],
  [/_(?:status|state)$/, () => by(() => 'active')],
  [/_(?:filename|file_name|file)$/, () => fileName('')],
  [/_(?:mime_type|content_type|media_type)$/, () => mediaType('')],
  [/_(?:path|folder|directory)$/, () => exactly['path']!],
  [
    /(?:^|_)(?:error|error_message|failure_reason|failure_message|exception|failure|error_detail)$/,
    () => sentenceOf('failures'),
  ],
  [/(?:^|_)reason$/, () => sentenceOf('reasons')],
  [/(?:^|_)(?:query|question|prompt|search|q|search_term|user_input)$/, () => sentenceOf('questions')],
  [
    /(?:^|_)(?:description|summary|bio|about|snippet|subtitle|caption|abstract|details?)$/,
    (_name, word) => sentenceOf('descriptions', before(word)),
  ],
  [
    /(?:message|notes?|comments?|content|text|body|answer|reply|response|transcript|msg|remarks?|instructions?|feedback|output|completion|memo|entry|entries|tips?|points?|highlight|translation)$/,
    () => sentenceOf('messages'),
  ],
  [/(?:^|_)users?$/, () => fullName],
  [/_(?:username|login|handle)$|^(?:nick|pseudonym)$/, () => of((person) => person.user)],
  [/^(?:from|to|cc|bcc|reply_to)$/, () => email],
  [/_guid$/, () => by(generatedUuid)],
  [/(?:^|_)colou?r$/, () => exactly['color']!],
  [/(?:^|_)ips?(?:_|$)/, () => exactly['ip']!],
  [/state_abbr$/, () => exactly['state_code']!],
  [/(?:alpha_?3|iso_?3)$/, () => by(() => 'USA')],
  [/(?:country_abbr|alpha_?2|iso_?2|country_iso|country_iso_code|iso_country_code)$/, () => exactly['iso_country']!],
  [
    /(?:^|_)(?:image|picture|icon|photo|logo|splash|banner|thumbnail|img|cover|favicon|screenshot|callback|issuer|more_info|documentation|docs|help|instant_invite|urls|links|referr?er|origin)$|(?:^|_)(?:next|previous|prev|first|last)(?:_page)?$/,
    webAddress,
  ],
  [/(?:^|_)(?:scope|permission|privilege|grant)s?$/, () => permission],
  [/(?:^|_)(?:warning|cause)s?$/, () => sentenceOf('failures')],
  [/(?:^|_)(?:reasoning|explanation|hint|placeholder|tooltip)$/, () => sentenceOf('descriptions')],
  [/(?:^|_)(?:base64|b64)$|_data$/, () => by((random) => base64(letters(random, 12)))],
  [/(?:^|_)(?:cron|schedule)/, () => exactly['cron']!],
  [/_range$/, () => by((random) => random.pick(['1-10', '11-50', '51-200', '201-500']))],
  [
    /(?:^|_)(?:polling|frequency|interval|recurrence)$/,
    () => by((random) => random.pick(['daily', 'weekly', 'monthly'])),
  ],
  [
    /unix_?nano(?:s|seconds)?$/,
    (name) => (context, path, _subject, attempt) => `${instant(context, path, name, attempt)}000000`,
  ],
  [/_model$/, () => modelCode],
  [/_code$/, () => code],
  [
    /^(?:num|number|total|n)_|^(?:duration|size|count)_|(?:^|_)(?:tokens|usage|ttl|seconds|minutes|hours|days|age)$/,
    () => digits,
  ],
  [/^date_|_date_|^as_of$/, (name) => (context, path, _subject, attempt) => dateTime(context, path, name, attempt)],
  [/(?:^|_)(?:markdown|header|footer|paragraph|excerpt|preview|quote)$/, () => sentenceOf('descriptions')],
  [/(?:^|_)(?:type|kind|mode|class|variant|style|preset|strategy|layout|theme)$/, () => oneKind],
  [
    /(?:^|_)(?:namespace|queue|alias|ref|bucket|cluster|node|server|pool|stack|container|suffix|prefix|tool|function|module|package|library|repo|repository|project|app|application|service|branch|workspace|tenant|dataset|table|index|anchor)$/,
    () => thingSlug(''),
  ],
  [/_slug$/, (_name, word) => thingSlug(before(word))],
  [/_(?:name|title|label|heading)$|^topic$/, (_name, word) => thingName(before(word))],
]

/** Words that qualify a name but do not say whose name it is. */
const QUALITY =
  /ed$|^(?:display|full|short|long|original|new|old|last|first|next|public|internal|external|custom|default|legal|common|friendly|code|alternate|alternative|preferred|native|page|meta|main|sub|seo|og)$/

/** The words before the last one: `campaign_name` is the name of a campaign. */
function before(word: string): string {
  const words = word.split('_').slice(0, -1)
  return QUALITY.test(words.at(-1) ?? '') ? '' : words.slice(-2).join(' ')
}

import { describe, expect, test } from 'vitest'
import {
  charsetOf,
  concreteType,
  isForm,
  isJson,
  isMultipart,
  isText,
  isXml,
  keyFor,
  languageOf,
  mediaTypeOf,
  parametersOf,
  rangeRank,
} from '../../../mocks/spec/media/media-type.ts'
import { isAcceptable, negotiate, parseAccept } from '../../../mocks/spec/media/negotiate.ts'
import { processorTime } from '../../support/data/processor-time.ts'

describe('a media type', () => {
  test('is read without its parameters and in lower case', () => {
    expect(mediaTypeOf('Application/JSON ; charset=UTF-8')).toBe('application/json')
    expect(mediaTypeOf('')).toBeUndefined()
    expect(mediaTypeOf(undefined)).toBeUndefined()
  })

  test('has parameters, quoted or not', () => {
    expect([...parametersOf('text/plain; Charset="utf-8"; note="a;b=\\"c\\""; flag')]).toEqual([
      ['charset', 'utf-8'],
      ['note', 'a;b="c"'],
    ])
    expect(charsetOf('text/plain; charset=ISO-8859-1')).toBe('iso-8859-1')
    expect(charsetOf('text/plain')).toBeUndefined()
  })

  test.each([
    ['application/json', true],
    ['text/json; charset=utf-8', true],
    ['Application/Vnd.API+JSON', true],
    ['application/json-seq', false],
    ['application/x-ndjson', false],
    ['application/jsonp', false],
    [undefined, false],
  ])('%s is JSON: %s', (type, is) => {
    expect(isJson(type)).toBe(is)
  })

  test('is XML, a form, multipart or text under all its names', () => {
    expect(['application/xml', 'text/xml; a=b', 'image/svg+xml', 'application/xhtml'].map(isXml)).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect(isForm('Application/x-www-form-urlencoded; charset=utf-8')).toBe(true)
    expect(isMultipart('multipart/form-data; boundary=x')).toBe(true)
    expect(['text/csv', 'application/xml', 'application/x-yaml', 'application/pdf'].map(isText)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test.each([
    ['application/x-ndjson', 'json-lines'],
    ['text/event-stream; charset=utf-8', 'events'],
    ['application/yaml', 'yaml'],
    ['image/png', 'binary'],
    ['multipart/mixed', 'multipart'],
  ])('%s is written as %s', (type, language) => {
    expect(languageOf(type)).toBe(language)
  })
})

describe('a range', () => {
  test('fits a media type the better the more of it it names', () => {
    const type = 'text/csv; header=present; charset=utf-8'
    const ranges = ['image/*', '*/*', 'text/*', 'text/csv; header=absent', 'text/csv', 'text/csv;header=present']
    expect(ranges.map((range) => rangeRank(range, type))).toEqual([0, 1, 2, 3, 4, 5])
    expect(rangeRank('text/csv; charset=latin1', type)).toBe(4)
  })

  test('with a suffix is nearer than one without', () => {
    expect(keyFor(['application/*', 'application/*+json'], 'application/hal+json')).toBe('application/*+json')
    expect(keyFor(['application/*+json'], 'application/json')).toBeUndefined()
    expect(concreteType('application/*+json', false)).toBe('application/json')
  })

  test('an exact media type takes precedence over it, whatever the order', () => {
    expect(keyFor(['*/*', 'text/*', 'TEXT/CSV; a=b'], 'text/csv')).toBe('TEXT/CSV; a=b')
    expect(keyFor(['*/*', 'text/*'], 'text/csv')).toBe('text/*')
    expect(keyFor(['image/*'], 'text/csv')).toBeUndefined()
  })

  test('is sent as the usual media type within it', () => {
    expect(['*/*', 'application/*', 'text/*', 'image/*', 'a/b; c=d'].map((key) => concreteType(key, false))).toEqual([
      'application/json',
      'application/json',
      'text/plain',
      'image/png',
      'a/b; c=d',
    ])
    expect(concreteType('*/*', true)).toBe('application/octet-stream')
  })
})

describe('Accept', () => {
  const offer = (key: string) => ({
    mediaType: concreteType(key, false),
    range: key.endsWith('*') ? key : undefined,
    canBe: (type: string) => !type.includes('cannot'),
  })
  const choose = (accept: string, ...keys: string[]) => negotiate(accept, keys.map(offer))?.mediaType

  test('is read with its weights', () => {
    expect(
      parseAccept('text/csv;header=present;q=0.5, application/json, */*;q=0, a/b;c="x,y;q=1";q=2, c/d;q=high'),
    ).toEqual([
      { range: 'text/csv;header=present;q=0.5', quality: 0.5 },
      { range: 'application/json', quality: 1 },
      { range: '*/*;q=0', quality: 0 },
      { range: 'a/b;c="x,y;q=1";q=2', quality: 1 },
      { range: 'c/d;q=high', quality: 1 },
    ])
  })

  test.each([
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; charset=utf-8', 'text/csv'],
    ['text/*', 'text/csv'],
    ['application/json;q=0.5, text/csv;q=0.6', 'text/csv'],
    ['text/csv;q=0.5, */*', 'application/json'],
    ['text/csv, */*', 'text/csv'],
    ['application/json, text/csv, */*', 'application/json'],
    ['*/*, application/json;q=0', 'text/csv'],
    ['*', 'application/json'],
    ['text/*;q=0.1, text/csv;q=0', undefined],
    ['image/png', undefined],
    ['application/json;q=0, text/csv;q=0', undefined],
    ['', undefined],
  ])('%s chooses %s', (accept, chosen) => {
    expect(choose(accept, 'application/json', 'text/csv')).toBe(chosen)
  })

  test('chooses by parameters that distinguish two entries of the same type', () => {
    expect(choose('a/json;v=2', 'a/json;v=1', 'a/json;v=2')).toBe('a/json;v=2')
  })

  test('for a range, names the requested type if it is a media type that can be written', () => {
    expect(choose('application/xml', '*/*')).toBe('application/xml')
    expect(choose('application/xml;q=0.5, */*;q=0.6', '*/*')).toBe('application/json')
    expect(choose('x/cannot, application/xml;q=0.1', '*/*')).toBe('application/xml')
    expect(choose('text/csv', 'application/*')).toBeUndefined()
    expect(choose('a/"b', '*/*')).toBeUndefined()
  })

  test('is met by a key within a range, or by a range within a key', () => {
    expect(isAcceptable('text/*', ['text/csv'])).toBe(true)
    expect(isAcceptable('image/webp', ['image/*'])).toBe(true)
    expect(isAcceptable('image/webp;q=0', ['image/*'])).toBe(false)
    expect(isAcceptable('text/html', ['application/json', 'text/csv'])).toBe(false)
  })

  test('of many quotes and commas is read in linear time', () => {
    const texts = ['"\\"'.repeat(20_000), ',;"'.repeat(20_000)]
    expect(processorTime(() => texts.map(parseAccept))).toBeLessThan(500)
  })
})

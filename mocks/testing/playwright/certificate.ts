import { generateKeyPairSync, sign } from 'node:crypto'

/** A key and its certificate, in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/**
 * Creates a self-signed certificate for a server that only the browsers of this test run use, and which they do not
 * verify (RFC 5280 section 4.1, in DER).
 */
export function selfSigned(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(OIDS.ecdsaWithSha256)
  const name = sequence(der(SET, sequence(OIDS.commonName, der(UTF8, Buffer.from('sparring')))))
  const always = sequence(der(UTC_TIME, Buffer.from('000101000000Z')), der(TIME, Buffer.from('99991231235959Z')))
  const open = publicKey.export({ type: 'spki', format: 'der' })
  const serial = der(INTEGER, Buffer.from([1]))
  const content = sequence(serial, algorithm, name, always, name, open)
  const whole = sequence(content, algorithm, der(BITS, Buffer.from([0]), sign('sha256', content, privateKey)))
  const text = whole.toString('base64').replaceAll(/.{64}/g, '$&\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`,
  }
}

const INTEGER = 0x02
const BITS = 0x03
const UTF8 = 0x0c
/** Years up to 2049 are encoded with two digits. */
const UTC_TIME = 0x17
const TIME = 0x18
const SEQUENCE = 0x30
const SET = 0x31

const OIDS = {
  /** 1.2.840.10045.4.3.2 */
  ecdsaWithSha256: Buffer.from('06082a8648ce3d040302', 'hex'),
  /** 2.5.4.3 */
  commonName: Buffer.from('0603550403', 'hex'),
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(SEQUENCE, ...parts)
}

/** One value with its tag and its length (X.690 section 8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  // DER requires the shortest form, and browsers refuse others.
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

import { createHash } from 'node:crypto'

/** Default password of Java's own trust store, which contains nothing secret. */
export const STORE_PASSWORD = 'changeit'

const MAGIC = 0xfeedfeed
const VERSION = 2
/** Type of an entry with a certificate and no key. */
const TRUSTED = 2
/** Text that the format hashes with the password. */
const WHITENER = 'Mighty Aphrodite'

/**
 * Creates a trust store in JKS format, which every Java version reads: `sun.security.provider.JavaKeyStore` of OpenJDK
 * defines the format. Java accepts certificates in a PKCS #12 file as trusted only with an attribute specific to
 * Oracle.
 *
 * @param certificates - in PEM
 */
export function javaTrustStore(certificates: readonly string[], now: number): Buffer {
  const entries = certificates.flatMap((pem, index) => {
    const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
    return [int(TRUSTED), utf(`sparring-${index}`), long(now), utf('X.509'), int(der.byteLength), der]
  })
  const store = Buffer.concat([int(MAGIC), int(VERSION), int(certificates.length), ...entries])
  // The password as Java characters: two bytes each, big-endian.
  const password = Buffer.from(STORE_PASSWORD, 'utf16le').swap16()
  const seal = createHash('sha1').update(password).update(WHITENER).update(store).digest()
  return Buffer.concat([store, seal])
}

function int(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}

function long(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64BE(BigInt(value))
  return buffer
}

/** `DataOutput.writeUTF`, of ASCII. */
function utf(text: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(text.length)
  return Buffer.concat([length, Buffer.from(text, 'ascii')])
}

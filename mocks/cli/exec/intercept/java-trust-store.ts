import { createHash } from 'node:crypto'

/** What Java's own trust store has as its password; there is nothing secret in it. */
export const STORE_PASSWORD = 'changeit'

const MAGIC = 0xfeedfeed
const VERSION = 2
/** Of an entry that holds a certificate and no key. */
const TRUSTED = 2
/** What is hashed with the password, in the words of the format. */
const WHITENER = 'Mighty Aphrodite'

/**
 * Writes a trust store of the kind JKS, which every Java reads: `sun.security.provider.JavaKeyStore` of the OpenJDK has the
 * format. A PKCS #12 file needs an attribute of Oracle's own before Java takes it for one of trusted certificates.
 *
 * @param certificates - in PEM
 */
export function javaTrustStore(certificates: readonly string[], now: number): Buffer {
  const entries = certificates.flatMap((pem, index) => {
    const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
    return [int(TRUSTED), utf(`sparring-${index}`), long(now), utf('X.509'), int(der.byteLength), der]
  })
  const store = Buffer.concat([int(MAGIC), int(VERSION), int(certificates.length), ...entries])
  // The password as Java's characters: two bytes each, the high one first.
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

import { generateKeyPair, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import { lazyRequire } from '../../spec/read/node-require.ts'
import { realDate } from '../../state/clock.ts'

type Forge = typeof import('node-forge')
type Certificate = ReturnType<Forge['pki']['createCertificate']>

const forge = lazyRequire<Forge>('node-forge')
const newKeyPair = promisify(generateKeyPair)

/** Key and certificate of a TLS server, in PEM. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

/** A certificate authority for one run. Its key stays in memory. */
export interface ThrowawayCa {
  /**
   * The CA's certificate in PEM: a client that trusts it trusts the certificates that {@link ThrowawayCa.issue}
   * returns.
   */
  readonly certificate: string
  /**
   * Issues a certificate for a host.
   *
   * @param host - a name or an IP address, without a port
   */
  readonly issue: (host: string) => Identity
}

interface Key {
  /** PEM of PKCS #8. */
  readonly secret: string
  /** PEM of SPKI. */
  readonly open: string
}

interface SigningKey extends Key {
  /** The same key in forge's format. */
  readonly forged: ReturnType<Forge['pki']['privateKeyFromPem']>
}

const DAY_MS = 86_400_000
/** Clocks of containers differ a little. Apple's clients accept at most 825 days. */
const VALID_DAYS = { before: 2, after: 90 }

/** @throws Error that says what to install */
export function requireForge(what: string): void {
  try {
    forge()
  } catch (cause) {
    throw Object.assign(
      new Error(`${what} makes certificates with node-forge, which is not installed: npm install -D node-forge`, {
        cause,
      }),
      { code: 'missing-package' },
    )
  }
}

/** Creates a certificate authority with a new key. */
export async function createThrowawayCa(): Promise<ThrowawayCa> {
  const [first, leaf] = await Promise.all([createKey(), createKey()])
  const own = { ...first, forged: forge().pki.privateKeyFromPem(first.secret) }
  const name = `sparring, for one run (${randomBytes(4).toString('hex')})`
  const authority = createCertificate(own, name)
  authority.setIssuer(authority.subject.attributes)
  authority.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  const identifier = authority.generateSubjectKeyIdentifier().getBytes()
  return {
    certificate: signed(authority, own),
    issue: (host) => {
      // A common name has at most 64 characters (RFC 5280, appendix A.1); a host may be longer.
      const certificate = createCertificate(leaf, 'sparring')
      certificate.setIssuer(authority.subject.attributes)
      certificate.setExtensions([
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: [isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }] },
        { name: 'subjectKeyIdentifier' },
        { name: 'authorityKeyIdentifier', keyIdentifier: identifier },
      ])
      return { key: leaf.secret, cert: signed(certificate, own) }
    },
  }
}

/** RSA, which every client supports. */
async function createKey(): Promise<Key> {
  const { privateKey, publicKey } = await newKeyPair('rsa', { modulusLength: 2048 })
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    open: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  }
}

function createCertificate({ open }: Key, commonName: string): Certificate {
  const certificate = forge().pki.createCertificate()
  certificate.publicKey = forge().pki.publicKeyFromPem(open)
  // A serial number is positive: its first bit is 0 (RFC 5280 section 4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = new Date(realDate() - VALID_DAYS.before * DAY_MS)
  certificate.validity.notAfter = new Date(realDate() + VALID_DAYS.after * DAY_MS)
  certificate.setSubject([{ name: 'commonName', value: commonName }])
  return certificate
}

/** Signs with Node, which takes a twentieth of the time of forge. */
function signed(certificate: Certificate, { secret, forged }: SigningKey): string {
  const { pki, asn1, md } = forge()
  // Called by the certificate's `sign`, after it has encoded the part to sign.
  const signByNode = (): string => {
    const bytes = Buffer.from(asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1')
    return sign('sha256', bytes, secret).toString('latin1')
  }
  certificate.sign({ ...forged, sign: signByNode }, md.sha256.create())
  return pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
}

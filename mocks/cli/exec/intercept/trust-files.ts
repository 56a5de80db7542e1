import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { realDate } from '../../../state/clock.ts'
import { javaTrustStore } from './java-trust-store.ts'

/** Files that make the programs of a run trust its proxy. */
export interface TrustFiles {
  /** Accessible only to the user. */
  readonly folder: string
  /** The root certificates that programs trust anyway, and the one of the run. */
  readonly bundle: string
  /** The root certificate of the run, and the user's additional ones for Node. */
  readonly extra: string
  /** The bundle as a Java trust store. */
  readonly javaStore: string
}

/** The variables whose files replace a program's own roots. */
export const BUNDLE_VARIABLES = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const
export const EXTRA_VARIABLE = 'NODE_EXTRA_CA_CERTS'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Collects the root certificates that the programs of a run trust anyway, and returns the function that writes the
 * files to a temporary folder.
 *
 * @param own - the certificate of the run's CA, in PEM
 */
export function prepareTrustFiles(own: string, env: NodeJS.ProcessEnv): () => TrustFiles {
  const extra = certificatesIn(env[EXTRA_VARIABLE])
  const given = BUNDLE_VARIABLES.flatMap((name) => certificatesIn(env[name]))
  const all = unique([...systemRoots(), ...given, ...extra, own])
  const store = javaTrustStore(all, realDate())
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'sparring-exec-'))
    const files = {
      folder,
      bundle: join(folder, 'bundle.pem'),
      extra: join(folder, 'ca.pem'),
      javaStore: join(folder, 'trust.jks'),
    }
    try {
      writePrivate(files.bundle, textOf(all))
      writePrivate(files.extra, textOf(unique([...extra, own])))
      writePrivate(files.javaStore, store)
    } catch (error) {
      removeTrustFiles(files)
      throw error
    }
    return files
  }
}

/** Never throws: a folder that cannot be removed does not fail the run. */
export function removeTrustFiles({ folder }: Pick<TrustFiles, 'folder'>): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // On Windows, another program may hold a file open.
  }
}

/** The system's root certificates, or Node's bundled ones if the system has none. */
function systemRoots(): readonly string[] {
  const system = getCACertificates('system')
  return system.length > 0 ? system : getCACertificates('bundled')
}

/** The certificates in a file of the user; none if it cannot be read, as in the programs themselves. */
function certificatesIn(file: string | undefined): readonly string[] {
  if (!file) return []
  try {
    return (readFileSync(file, 'utf8').match(CERTIFICATE) ?? []).filter(isCertificate)
  } catch {
    return []
  }
}

/** One invalid certificate would make programs reject the whole file. */
function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.byteLength > 0
  } catch {
    return false
  }
}

function unique(certificates: readonly string[]): readonly string[] {
  return [...new Map(certificates.map((pem) => [pem.replaceAll(/\s/g, ''), pem.trim()])).values()]
}

function textOf(certificates: readonly string[]): string {
  return `${certificates.join('\n')}\n`
}

function writePrivate(file: string, data: string | Buffer): void {
  writeFileSync(file, data, { mode: 0o600 })
}

import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { realDate } from '../../../state/clock.ts'
import { javaTrustStore } from './java-trust-store.ts'

/** Files by which the programs of a run come to trust its proxy. */
export interface TrustFiles {
  /** Only the user may enter it. */
  readonly folder: string
  /** The roots that programs trust without sparring, and the one of the run. */
  readonly bundle: string
  /** The root of the run, and what the user gives Node besides. */
  readonly extra: string
  /** The bundle as a trust store of Java. */
  readonly javaStore: string
}

/** The variables whose files replace a program's own roots. */
export const BUNDLE_VARIABLES = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const
export const EXTRA_VARIABLE = 'NODE_EXTRA_CA_CERTS'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Reads what the programs of a run trust anyway, and gives what writes the files: to a temporary folder, in one go.
 *
 * @param own - the certificate of the run's authority, in PEM
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

/** Never throws: a folder that cannot be removed is no failure of the run. */
export function removeTrustFiles({ folder }: Pick<TrustFiles, 'folder'>): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Another program may hold a file open, on Windows.
  }
}

/** What the system trusts, and what Node has brought along where that is nothing. */
function systemRoots(): readonly string[] {
  const system = getCACertificates('system')
  return system.length > 0 ? system : getCACertificates('bundled')
}

/** The certificates of a file of the user; none of one that cannot be read, as the programs themselves take it. */
function certificatesIn(file: string | undefined): readonly string[] {
  if (!file) return []
  try {
    return (readFileSync(file, 'utf8').match(CERTIFICATE) ?? []).filter(isCertificate)
  } catch {
    return []
  }
}

/** One that cannot be read would cost programs the whole file. */
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

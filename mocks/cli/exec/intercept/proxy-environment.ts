import { STORE_PASSWORD } from './java-trust-store.ts'
import { BUNDLE_VARIABLES, EXTRA_VARIABLE, type TrustFiles } from './trust-files.ts'

/** Names of this machine bypass the proxy: the server, its control API, and servers that a test starts. */
const WITHOUT = 'localhost,127.0.0.1,::1,[::1]'
const WITHOUT_IN_JAVA = 'localhost|127.*|[::1]'

/**
 * Environment variables that make programs use a proxy on this machine, and trust it.
 *
 * @param env - the user's environment, whose Java options are kept
 */
export function proxyEnvironment(
  port: number,
  { bundle, extra, javaStore }: TrustFiles,
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const proxy = `http://127.0.0.1:${port}`
  const java = [
    ...['http', 'https'].flatMap((scheme) => [`-D${scheme}.proxyHost=127.0.0.1`, `-D${scheme}.proxyPort=${port}`]),
    `-Dhttp.nonProxyHosts=${WITHOUT_IN_JAVA}`,
    `-Djavax.net.ssl.trustStore=${javaStore}`,
    '-Djavax.net.ssl.trustStoreType=JKS',
    `-Djavax.net.ssl.trustStorePassword=${STORE_PASSWORD}`,
  ].map((option) => (/\s/.test(option) ? `"${option}"` : option))
  const before = env['JAVA_TOOL_OPTIONS']
  return {
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    NO_PROXY: WITHOUT,
    no_proxy: WITHOUT,
    NODE_USE_ENV_PROXY: '1',
    [EXTRA_VARIABLE]: extra,
    ...Object.fromEntries(BUNDLE_VARIABLES.map((name) => [name, bundle])),
    JAVA_TOOL_OPTIONS: [...(before ? [before] : []), ...java].join(' '),
  }
}

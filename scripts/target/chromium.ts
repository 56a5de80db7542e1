import { existsSync } from 'node:fs'

/** Chromium where `SPARRING_CHROMIUM` says, else where Debian installs it; undefined where there is none. */
export function findChromium(): string | undefined {
  const given = process.env['SPARRING_CHROMIUM']
  const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  return given === undefined || given === '' ? places.find((place) => existsSync(place)) : given
}

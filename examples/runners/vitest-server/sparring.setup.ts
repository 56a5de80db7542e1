import { sparring } from 'sparring/vitest/setup'

export default sparring({ vendors: ['seek'] })

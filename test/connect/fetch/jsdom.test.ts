// @vitest-environment jsdom
import { testInDom } from '../../support/mock/dom-cases.ts'

testInDom('jsdom')

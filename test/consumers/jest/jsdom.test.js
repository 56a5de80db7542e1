/** @jest-environment jsdom */
const { createTest } = require('sparring/jest')

const test = createTest({ vendors: ['seek'] })

const me = ({ url, key }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('GET', `${url}/v1/me`)
    request.setRequestHeader('x-api-key', key)
    request.addEventListener('load', () => resolve(request.status))
    request.addEventListener('error', () => reject(new Error('Network Error')))
    request.send()
  })

test('a page reaches the vendor on the server', async ({ seek, mock }) => {
  expect(await me(seek)).toBe(200)
  expect(mock).toHaveCalled('getMe', 1)
})

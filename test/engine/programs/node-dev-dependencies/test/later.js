const assert = require('assert')
const { later } = require('../app')

it('goes over the end of a month', () => {
  assert.equal(later('2026-01-30', 3), '2026-02-02')
})

const { readFileSync } = require('fs')
const { elements } = require('bindings')('outline')

const file = process.argv[2]
console.log(`${file}: ${elements(readFileSync(file, 'utf8'))} elements`)

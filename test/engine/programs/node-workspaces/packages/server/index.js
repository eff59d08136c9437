const { createServer } = require('node:http')
const { strokesAt } = require('@harbour/bell')
const ms = require('ms')

createServer((request, response) => {
  const after = new URL(request.url, 'http://here').searchParams.get('after') ?? '30m'
  response.end(JSON.stringify({ strokes: strokesAt(ms(after) / ms('30m')) }))
}).listen(4200)

import { createServer } from 'node:http'

const ms: (text: string) => number = require('ms')

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://here')
  const hours = ms(url.searchParams.get('for') ?? '1h') / 3_600_000
  const knots = Number(url.searchParams.get('knots') ?? '6')
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ miles: knots * hours, mode: process.env.NODE_ENV }))
}).listen(Number(process.env.PORT))

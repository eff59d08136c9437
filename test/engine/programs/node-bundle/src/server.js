import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, normalize } from 'node:path'
import mime from 'mime'

createServer((request, response) => {
  const path = join('public', normalize(request.url === '/' ? '/index.html' : request.url))
  if (!existsSync(path)) return response.writeHead(404).end('no such page')
  response.writeHead(200, { 'content-type': mime.getType(path) ?? 'application/octet-stream' })
  createReadStream(path).pipe(response)
}).listen(5173)

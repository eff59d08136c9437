import fastify from 'fastify'

const counts = new Map()
const app = fastify()

app.get('/count/:name', async ({ params }) => {
  counts.set(params.name, (counts.get(params.name) ?? 0) + 1)
  return { [params.name]: counts.get(params.name) }
})

app.listen({ host: '0.0.0.0', port: 4000 })

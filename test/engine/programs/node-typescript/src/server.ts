import express from 'express'
import { places } from './places'

const app = express()

app.get('/places', (_request, response) => {
  response.json(places)
})

app.get('/places/:name', (request, response) => {
  const place = places.find(({ name }) => name.toLowerCase() === request.params.name)
  if (place) response.json(place)
  else response.status(404).json({ error: 'unknown place' })
})

app.listen(3000)

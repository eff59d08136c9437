import { h, render } from 'preact'

render(<h1>Departures</h1>, document.body)

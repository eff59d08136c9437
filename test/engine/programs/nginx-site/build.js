const fs = require('fs')
const sass = require('sass')
const { marked } = require('marked')

fs.mkdirSync('out', { recursive: true })
fs.writeFileSync('out/style.css', sass.compile('style.scss').css)
fs.writeFileSync('out/index.html', `<link rel=stylesheet href=style.css>${marked.parse(fs.readFileSync('page.md', 'utf8'))}`)

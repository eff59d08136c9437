require('http').get('http://127.0.0.1:5173/', response => process.exit(response.statusCode === 200 ? 0 : 1))

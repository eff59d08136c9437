const strokes = require('./strokes.json')

exports.strokesAt = halfHours => strokes[(halfHours + strokes.length - 1) % strokes.length]

require 'json'
require 'squeeze'

text = 'ship ' * 100
puts JSON.generate(text: text.length, smaller: Squeeze.packed_size(text) < 50)

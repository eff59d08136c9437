Gem::Specification.new do |gem|
  gem.name = 'squeeze'
  gem.version = '0.1.0'
  gem.summary = 'Says how well a text can be packed'
  gem.authors = ['squeeze']
  gem.files = ['ext/squeeze/squeeze.c', 'ext/squeeze/extconf.rb', 'lib/squeeze.rb']
  gem.extensions = ['ext/squeeze/extconf.rb']
end

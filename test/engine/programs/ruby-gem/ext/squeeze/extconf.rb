require 'mkmf'

abort 'zlib is missing' unless have_library('z') && have_header('zlib.h')
create_makefile('squeeze/squeeze')

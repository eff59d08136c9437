require 'squeeze/squeeze'

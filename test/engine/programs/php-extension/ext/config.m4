PHP_ARG_ENABLE([knots], [whether to enable knots], [AS_HELP_STRING([--enable-knots], [Enable knots])])
if test "$PHP_KNOTS" != "no"; then
  PHP_NEW_EXTENSION(knots, knots.c, $ext_shared)
fi

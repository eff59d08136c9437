#include <php.h>

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_knots, 0, 1, IS_DOUBLE, 0)
	ZEND_ARG_TYPE_INFO(0, kmh, IS_DOUBLE, 0)
ZEND_END_ARG_INFO()

PHP_FUNCTION(knots)
{
	double kmh;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_DOUBLE(kmh)
	ZEND_PARSE_PARAMETERS_END();
	RETURN_DOUBLE(kmh / 1.852);
}

static const zend_function_entry functions[] = { PHP_FE(knots, arginfo_knots) PHP_FE_END };

zend_module_entry knots_module_entry = {
	STANDARD_MODULE_HEADER, "knots", functions, NULL, NULL, NULL, NULL, NULL, "1.0", STANDARD_MODULE_PROPERTIES
};
ZEND_GET_MODULE(knots)

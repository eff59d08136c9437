#include <ruby.h>
#include <zlib.h>

static VALUE packed_size(VALUE self, VALUE text)
{
	unsigned char out[4096];
	uLongf size = sizeof out;
	Check_Type(text, T_STRING);
	if (compress(out, &size, (const unsigned char *)RSTRING_PTR(text), RSTRING_LEN(text)) != Z_OK)
		rb_raise(rb_eArgError, "too long");
	return ULONG2NUM(size);
}

void Init_squeeze(void)
{
	rb_define_module_function(rb_define_module("Squeeze"), "packed_size", packed_size, 1);
}

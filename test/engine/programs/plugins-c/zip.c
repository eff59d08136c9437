#include <string.h>
#include <zlib.h>

size_t pack(const char *text)
{
	unsigned char out[256];
	uLongf size = sizeof out;
	return compress(out, &size, (const unsigned char *)text, strlen(text)) == Z_OK ? size : 0;
}

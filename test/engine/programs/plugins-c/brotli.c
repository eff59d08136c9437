#include <brotli/encode.h>
#include <string.h>

size_t pack(const char *text)
{
	unsigned char out[256];
	size_t size = sizeof out;
	return BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, strlen(text), (const unsigned char *)text, &size, out) ? size : 0;
}

#include <png.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	if (argc < 2) {
		fprintf(stderr, "usage: pngsize FILE\n");
		return 2;
	}
	if (!png_image_begin_read_from_file(&image, argv[1])) {
		fprintf(stderr, "%s: %s\n", argv[1], image.message);
		return 1;
	}
	printf("%s: %u x %u\n", argv[1], image.width, image.height);
	png_image_free(&image);
	return 0;
}

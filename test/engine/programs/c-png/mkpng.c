#include <png.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	if (argc < 4)
		return 2;
	image.width = atoi(argv[2]);
	image.height = atoi(argv[3]);
	image.format = PNG_FORMAT_GRAY;
	png_bytep pixels = calloc(image.width, image.height);
	return !png_image_write_to_file(&image, argv[1], 0, pixels, 0, NULL);
}

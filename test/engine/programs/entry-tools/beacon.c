#include <stdio.h>

int main(int argc, char **argv)
{
	char line[256];
	FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
	if (!file)
		return 1;
	while (fgets(line, sizeof line, file))
		printf("beacon: %s", line);
	return 0;
}

#include <stdio.h>
#include <string.h>

static int in_file(const char *path, const char *word)
{
	char line[128];
	FILE *file = fopen(path, "r");
	int found = 0;
	if (!file)
		return 0;
	while (!found && fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = 0;
		found = !strcmp(line, word);
	}
	fclose(file);
	return found;
}

int main(int argc, char **argv)
{
	unsigned char table[256];
	FILE *file = fopen("/var/lib/spell/table.bin", "rb");
	if (!file || fread(table, 1, 256, file) != 256)
		return 3;
	for (int i = 1; i < argc; i++) {
		int clean = 1;
		for (const char *c = argv[i]; *c; c++)
			clean = clean && table[(unsigned char)*c];
		int known = clean && (in_file("/usr/share/dict/words", argv[i]) || in_file("/srv/spell/extra.txt", argv[i]));
		printf("%s %s\n", argv[i], known ? "known" : "unknown");
	}
	return 0;
}

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* Tries every plug-in of the folder on the same text. */
int main(void)
{
	struct dirent **names;
	int count = scandir("/usr/local/lib/packer/plugins", &names, NULL, alphasort), loaded = 0;
	for (int i = 0; i < count; i++) {
		char path[512];
		if (names[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/usr/local/lib/packer/plugins/%s", names[i]->d_name);
		void *plugin = dlopen(path, RTLD_NOW);
		if (!plugin) {
			fprintf(stderr, "%s\n", dlerror());
			return 1;
		}
		size_t (*pack)(const char *) = (size_t (*)(const char *))dlsym(plugin, "pack");
		printf("%s %zu\n", names[i]->d_name, pack("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
		loaded++;
	}
	printf("%d plug-ins\n", loaded);
	return loaded == 0;
}

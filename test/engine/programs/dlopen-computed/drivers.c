#include <dlfcn.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opens the libraries that the variable names, whatever version is installed. */
int main(void)
{
	char *names = strdup(getenv("DRIVERS") ? getenv("DRIVERS") : "");
	int status = 0;
	for (char *name = strtok(names, ":"); name; name = strtok(NULL, ":")) {
		char pattern[256];
		glob_t found = { 0 };
		snprintf(pattern, sizeof pattern, "/usr/lib/x86_64-linux-gnu/lib%s.so.*", name);
		if (glob(pattern, 0, NULL, &found) || !dlopen(found.gl_pathv[0], RTLD_NOW)) {
			printf("%s: missing\n", name);
			status = 1;
		} else {
			printf("%s: ready\n", name);
		}
	}
	return status;
}

#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>

static int print(void *unused, int columns, char **values, char **names)
{
	for (int i = 0; i < columns; i++)
		printf("%s\n", values[i]);
	return 0;
}

/* SQLite is optional: the program says so when it is not installed. */
int main(int argc, char **argv)
{
	void *library = dlopen("libsqlite3.so.0", RTLD_NOW);
	if (!library) {
		fprintf(stderr, "no SQLite here: %s\n", dlerror());
		return 1;
	}
	__typeof__(sqlite3_open) *open = dlsym(library, "sqlite3_open");
	__typeof__(sqlite3_exec) *exec = dlsym(library, "sqlite3_exec");
	sqlite3 *db;
	return argc < 2 || open(":memory:", &db) || exec(db, argv[1], print, NULL, NULL);
}

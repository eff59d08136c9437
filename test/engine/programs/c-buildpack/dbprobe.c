#include <curl/curl.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

/* Says which parts a connection string has, and whether web hooks can be sent over TLS. */
int main(int argc, char **argv)
{
	char *error = NULL;
	PQconninfoOption *option, *all;
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
	const char *const *protocol;

	if (argc < 2)
		return 2;
	all = PQconninfoParse(argv[1], &error);
	if (!all) {
		fprintf(stderr, "%s", error);
		return 1;
	}
	for (option = all; option->keyword; option++)
		if (option->val)
			printf("%s=%s\n", option->keyword, option->val);
	PQconninfoFree(all);
	for (protocol = curl->protocols; *protocol; protocol++)
		if (!strcmp(*protocol, "https"))
			printf("hooks over https\n");
	return 0;
}

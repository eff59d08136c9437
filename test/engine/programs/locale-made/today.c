#include <locale.h>
#include <stdio.h>
#include <time.h>

int main(void)
{
	char text[128];
	time_t moment = 1782900000;
	if (!setlocale(LC_ALL, ""))
		printf("no such locale\n");
	strftime(text, sizeof text, "%A, %d. %B %Y %H:%M %Z", localtime(&moment));
	printf("%s %'d\n", text, 1234567);
	return 0;
}

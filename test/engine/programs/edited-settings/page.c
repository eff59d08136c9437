#include <stdio.h>

int main(void)
{
	puts("<h1>written by a program</h1>");
	return 0;
}

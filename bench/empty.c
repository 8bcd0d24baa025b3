/* The least that a CGI program can do: what one start costs before hookswitch begins. */
#include <stdio.h>

int main(void)
{
    fputs("Content-Type: text/xml; charset=utf-8\r\n\r\n<Response/>\n", stdout);
    return 0;
}

/* limit THREADS SIZE: the limit of the benchmark, a libfcgi program that reads the body and prints a fixed answer of
 * SIZE bytes. */
#include <fcgiapp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *answer;
static int answer_length;

static void *serve(void *unused)
{
    FCGX_Request request;
    char body[8192];
    (void)unused;
    FCGX_InitRequest(&request, 0, 0);
    while (FCGX_Accept_r(&request) == 0) {
        while (FCGX_GetStr(body, sizeof body, request.in) == (int)sizeof body)
            continue;
        FCGX_FPrintF(request.out, "Content-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n", answer_length);
        FCGX_PutStr(answer, answer_length, request.out);
        FCGX_Finish_r(&request);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 16;
    answer_length = argc > 2 ? atoi(argv[2]) : 400;
    answer = malloc((size_t)answer_length);
    if (answer == NULL || FCGX_Init() != 0)
        return 1;
    memset(answer, 'x', (size_t)answer_length);
    for (int i = 1; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, NULL) != 0)
            return 1;
    }
    serve(NULL);
    return 0;
}

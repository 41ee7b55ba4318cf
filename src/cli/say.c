#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rank.h"

enum { LINE_MAX_BYTES = 2048 };

/* A file name may hold anything; control characters would break the line or the
 * terminal. */
static void print_line(const char *kind, char *text)
{
    err_make_printable(text);
    fprintf(stderr, "cicatrix: %s%s\n", kind, text);
}

void say_error(const char *fmt, ...)
{
    char text[LINE_MAX_BYTES];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    print_line("", text);
}

void say_warning(const char *fmt, ...)
{
    char text[LINE_MAX_BYTES];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    print_line("warning: ", text);
}

void say_name(FILE *to, const char *name)
{
    char *plain = mem_strdup(name, NULL);

    if (plain) {
        err_make_printable(plain);
        (void)fputs(plain, to);
    }
    mem_free(plain);
}

void say_err(const struct err *err)
{
    say_error("%s", err->msg[0] ? err->msg : "failed without a message");
}

void say_err_over(struct progress *progress, const struct err *err)
{
    if (progress->stream && progress->is_terminal && progress->width > 0) {
        fprintf(progress->stream, "\r%*s\r", progress->width, "");
        progress->width = 0;
    }
    say_err(err);
}

FILE *say_progress(bool quiet)
{
    return !quiet && rank_here().index == 0 && isatty(STDERR_FILENO) ? stderr : NULL;
}

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void err_make_printable(char *text)
{
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f)
            *text = '?';
    }
}

void err_record(struct err *err, enum err_code code, const char *fmt, ...)
{
    if (!err || err->code != ERR_NONE)
        return;
    va_list ap;
    va_start(ap, fmt);
    err->code = code;
    (void)vsnprintf(err->msg, sizeof err->msg, fmt, ap);
    va_end(ap);
    err_make_printable(err->msg);
}

void err_prefix(struct err *err, const char *fmt, ...)
{
    if (!err || err->code == ERR_NONE)
        return;
    char joined[sizeof err->msg];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(joined, sizeof joined, fmt, ap);
    va_end(ap);
    if (n < 0)
        return;
    if ((size_t)n < sizeof joined)
        (void)snprintf(joined + n, sizeof joined - (size_t)n, ": %.*s",
                       (int)(sizeof joined - (size_t)n - 1), err->msg);
    err_make_printable(joined);
    memcpy(err->msg, joined, sizeof joined);
}

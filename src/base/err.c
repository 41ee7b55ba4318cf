#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* U+0080 to U+009F, of which one begins what a terminal obeys as ESC [ does. */
static bool is_second_control(const char *text)
{
    return (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] >= 0x80 &&
           (unsigned char)text[1] < 0xa0;
}

void err_make_printable(char *text)
{
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (is_second_control(text))
            text[0] = text[1] = '?';
        else if (c < 0x20 || c == 0x7f)
            *text = '?';
    }
}

enum { WHOLE = 16 * 1024 }; /* two paths as long as Linux allows, and words */

/* Does a letter of UTF-8 go on here? */
static bool goes_on(char c)
{
    return ((unsigned char)c & 0xc0u) == 0x80u;
}

/* What is too long loses its middle: the file stands at the beginning, the cause at the
 * end.  No letter is cut in two. */
static void set_message(struct err *err, const char *text)
{
    static const char gap[] = "...";
    const size_t n = strlen(text), room = sizeof err->msg - sizeof gap;
    size_t head = room / 2, tail = room - head;

    if (n < sizeof err->msg) {
        memcpy(err->msg, text, n + 1);
    } else {
        for (int i = 0; i < 3 && goes_on(text[head]); i++)
            head--;
        for (int i = 0; i < 3 && goes_on(text[n - tail]); i++)
            tail--;
        (void)snprintf(err->msg, sizeof err->msg, "%.*s%s%s", (int)head, text, gap,
                       text + n - tail);
    }
    err_make_printable(err->msg);
}

void err_record(struct err *err, enum err_code code, const char *fmt, ...)
{
    char text[WHOLE];
    va_list ap;

    if (!err || err->code != ERR_NONE)
        return;
    va_start(ap, fmt);
    err->code = code;
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    set_message(err, text);
}

void err_prefix(struct err *err, const char *fmt, ...)
{
    char text[WHOLE];
    va_list ap;

    if (!err || err->code == ERR_NONE)
        return;
    va_start(ap, fmt);
    const int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text)
        return;
    (void)snprintf(text + n, sizeof text - (size_t)n, ": %s", err->msg);
    set_message(err, text);
}

#include "report/html.h"

#include <string.h>

void report_html_text(FILE *to, const char *text)
{
    static const char *const entity[] = {['&'] = "&amp;",
                                         ['<'] = "&lt;",
                                         ['>'] = "&gt;",
                                         ['"'] = "&quot;",
                                         ['\''] = "&#39;"};

    for (const char *s = text; *s != '\0'; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c < ARRAY_LEN(entity) && entity[c] != NULL)
            (void)fputs(entity[c], to);
        else
            (void)fputc(c, to);
    }
}

void report_html_base64(FILE *to, const struct bytes *bytes)
{
    static const char digit[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char line[4096]; /* the stream is slow where it is called for four letters */
    size_t length = 0;

    for (size_t i = 0; i < bytes->size; i += 3) {
        const size_t n = bytes->size - i < 3 ? bytes->size - i : 3;
        uint32_t v = 0;
        for (size_t b = 0; b < 3; b++)
            v = v << 8 | (b < n ? bytes->data[i + b] : 0u);
        line[length++] = digit[v >> 18 & 63];
        line[length++] = digit[v >> 12 & 63];
        line[length++] = n > 1 ? digit[v >> 6 & 63] : '=';
        line[length++] = n > 2 ? digit[v & 63] : '=';
        if (length == sizeof line || i + 3 >= bytes->size) {
            (void)fwrite(line, 1, length, to);
            length = 0;
        }
    }
}

void report_html_image(FILE *to, const char *mime, const struct bytes *bytes,
                       const char *alt)
{
    (void)fputs("<img alt=\"", to);
    report_html_text(to, alt);
    (void)fputs("\" src=\"data:", to);
    report_html_text(to, mime);
    (void)fputs(";base64,", to);
    report_html_base64(to, bytes);
    (void)fputs("\">\n", to);
}

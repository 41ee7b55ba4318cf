#include "report/utf8.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

size_t report_utf8_length(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    const size_t n = s[0] < 0x80   ? 1
                     : s[0] < 0xc2 ? 0
                     : s[0] < 0xe0 ? 2
                     : s[0] < 0xf0 ? 3
                     : s[0] < 0xf5 ? 4
                                   : 0;

    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0u) != 0x80u)
            return 0;
    }
    const bool bad = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
                     (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
    return bad ? 0 : n;
}

char *report_utf8_clean(const char *text)
{
    static const char unknown[] = "\xef\xbf\xbd";
    char *clean = mem_alloc(strlen(text) + 1, sizeof unknown - 1, NULL);

    for (char *to = clean; clean && *text != '\0';) {
        const size_t n = report_utf8_length(text), put = n > 0 ? n : sizeof unknown - 1;
        memcpy(to, n > 0 ? text : unknown, put);
        to += put;
        text += n > 0 ? n : 1;
    }
    return clean;
}

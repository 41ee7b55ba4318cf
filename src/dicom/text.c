/* Words in descriptions; see series.h. */
#include <ctype.h>
#include <string.h>

#include "dicom/series.h"

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) != 0;
}

/* Does `word` of `n` bytes stand at `at` in `text`? */
static bool stands_at(const char *text, size_t at, const char *word, size_t n)
{
    const bool free_before = n > 0 && word[0] == ' ';
    const bool free_after = n > 1 && word[n - 1] == ' ';
    const size_t from = free_before ? 1 : 0, to = n - (free_after ? 1 : 0);

    if (free_before && at > 0 && is_letter(text[at - 1]))
        return false;
    for (size_t i = from; i < to; i++)
        if (!text[at + i - from] || !same_letter(text[at + i - from], word[i]))
            return false;
    return !free_after || !is_letter(text[at + to - from]);
}

bool dicom_text_has(const char *text, const char *words)
{
    const size_t length = strlen(text);

    for (const char *w = words; *w;) {
        const size_t n = strcspn(w, "|");
        for (size_t at = 0; n > 0 && at < length; at++)
            if (stands_at(text, at, w, n))
                return true;
        w += n + (w[n] == '|');
    }
    return false;
}

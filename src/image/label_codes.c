#include "image/label_codes.h"

#include <errno.h>
#include <stdlib.h>

enum { MOST_CODE = 65535 };

/* Digits, then `end`; moves on behind them. */
static bool read_number(const char **at, long most, long *out)
{
    char *end = NULL;

    if (**at < '0' || **at > '9')
        return false;
    errno = 0;
    *out = strtol(*at, &end, 10);
    *at = end;
    return errno == 0 && *out <= most;
}

static bool add(struct label_codes *c, long theirs, long ours, struct err *err)
{
    for (int i = 0; i < c->count; i++)
        if (c->item[i].theirs == theirs)
            return ERR_FAIL(err, ERR_ARG, "code %ld is there twice", theirs);
    if (c->count == LABEL_CODES_MAX)
        return ERR_FAIL(err, ERR_ARG, "more than %d codes", LABEL_CODES_MAX);
    c->item[c->count].theirs = (int32_t)theirs;
    c->item[c->count].ours = (uint8_t)ours;
    c->count++;
    return true;
}

bool label_codes_parse(const char *text, struct label_codes *out, struct err *err)
{
    struct label_codes codes = {0};
    const char *at = text;

    for (;;) {
        const char *item = at;
        long theirs = 0, ours = 0;
        if (!read_number(&at, MOST_CODE, &theirs) || *at++ != '=' ||
            !read_number(&at, LABEL_COUNT - 1, &ours) || (*at != ',' && *at != '\0'))
            return ERR_FAIL(err, ERR_ARG,
                            "'%.40s' does not begin with a code, = and a label from 0 "
                            "to %d",
                            item, LABEL_COUNT - 1);
        if (!add(&codes, theirs, ours, err))
            return false;
        if (*at++ == '\0')
            break;
    }
    *out = codes;
    return true;
}

bool label_codes_find(const struct label_codes *codes, double value, uint8_t *label)
{
    for (int i = 0; i < codes->count; i++)
        if (value == (double)codes->item[i].theirs) {
            *label = codes->item[i].ours;
            return true;
        }
    *label = LABEL_BACKGROUND;
    return value == 0.0;
}

uint32_t label_codes_set(const struct label_codes *codes)
{
    uint32_t set = LABEL_BIT(LABEL_BACKGROUND);

    for (int i = 0; i < codes->count; i++)
        set |= LABEL_BIT(codes->item[i].ours);
    return set;
}

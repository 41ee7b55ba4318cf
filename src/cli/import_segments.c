#include "cli/import_segments.h"

#include <string.h>
#include <strings.h>

/* ---- words ---- */

static const struct {
    const char *word;
    enum import_part part;
} words[] = {
    {"-", IMPORT_NOTHING},
    {"epi", IMPORT_EPI},
    {"endo", IMPORT_CAVITY},
    {"cavity", IMPORT_CAVITY},
    {"myocardium", IMPORT_MYOCARDIUM},
    {"scar", IMPORT_SCAR},
    {"no-reflow", IMPORT_NO_REFLOW},
    {"rv", IMPORT_RV},
    {"1", IMPORT_CAVITY},
    {"2", IMPORT_MYOCARDIUM},
    {"3", IMPORT_SCAR},
    {"4", IMPORT_NO_REFLOW},
    {"5", IMPORT_RV},
};

static enum import_part part_of(const char *word, size_t size)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strlen(words[i].word) == size &&
            strncasecmp(words[i].word, word, size) == 0)
            return words[i].part;
    return IMPORT_UNKNOWN;
}

static bool add(struct import_segments *s, const char *item, size_t size,
                struct err *err)
{
    const char *equals = memchr(item, '=', size);
    const size_t name = equals ? (size_t)(equals - item) : 0;

    if (s->count == ARRAY_LEN(s->item))
        return ERR_FAIL(err, ERR_ARG, "more than %zu names", ARRAY_LEN(s->item));
    if (name == 0 || name >= sizeof s->item->name)
        return ERR_FAIL(err, ERR_ARG, "'%.*s' is not NAME=LABEL",
                        size < 60 ? (int)size : 60, item);
    const enum import_part part = part_of(equals + 1, size - name - 1);
    if (part == IMPORT_UNKNOWN)
        return ERR_FAIL(err, ERR_ARG,
                        "'%.*s' ends in none of cavity, myocardium, scar, no-reflow, "
                        "rv, epi, endo, 1 to 5 and -",
                        size < 60 ? (int)size : 60, item);
    memcpy(s->item[s->count].name, item, name);
    s->item[s->count++].part = part;
    return true;
}

bool import_segments_parse(const char *text, struct import_segments *out,
                           struct err *err)
{
    struct import_segments s = {0};

    for (const char *at = text;; at++) {
        const size_t n = strcspn(at, ",");
        if (!add(&s, at, n, err))
            return false;
        at += n;
        if (*at == '\0')
            break;
    }
    *out = s;
    return true;
}

/* ---- names ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* * stands for anything, also for nothing. */
static bool fits(const char *pattern, const char *name)
{
    const char *star = NULL, *again = NULL;

    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            again = name;
        } else if (lower(*pattern) == lower(*name)) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++again;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

/* Letters twice, and one more for a name without a *. */
static size_t weight_of(const char *pattern)
{
    size_t letters = 0, stars = 0;

    for (; *pattern; pattern++)
        *pattern == '*' ? stars++ : letters++;
    return 2 * letters + (stars == 0);
}

/* What the user says; `rest` is what he says of all others. */
static enum import_part said_of(const struct import_segments *s, const char *name,
                                enum import_part *rest)
{
    enum import_part part = IMPORT_UNKNOWN;
    size_t best = 0;

    *rest = IMPORT_UNKNOWN;
    for (size_t i = 0; s && i < s->count; i++) {
        const size_t weight = weight_of(s->item[i].name);
        if (!fits(s->item[i].name, name))
            continue;
        if (weight == 0 && *rest == IMPORT_UNKNOWN)
            *rest = s->item[i].part;
        if (weight > best) {
            best = weight;
            part = s->item[i].part;
        }
    }
    return part;
}

/* ---- what is known without being told ---- */

/* Whole names, once they are small letters and digits with single blanks between them.
 * What may mean the wall or what it encloses ("LV", "left ventricle") is not here. */
static const struct {
    enum import_part part;
    const char *names; /* with a bar before and after each */
} table[] = {
    {IMPORT_EPI,
     "|epi|epicardium|epicardial|epicardial contour|lv epi|lv epicardium|lv "
     "epicardial|lvepi|sa lv epi|sax lv epi|sa epi|sax epi|"},
    {IMPORT_CAVITY,
     "|endo|endocardium|endocardial|endocardial contour|lv endo|lv endocardium|lv "
     "endocardial|lvendo|sa lv endo|sax lv endo|sa endo|sax endo|cavity|lv "
     "cavity|blood "
     "pool|bloodpool|lv blood pool|lv bloodpool|lv blood|lv lumen|left ventricular "
     "blood "
     "pool|left ventricular cavity|left ventricle blood pool|left ventricle cavity|"},
    {IMPORT_MYOCARDIUM,
     "|myocardium|myo|lv myocardium|lv myo|lvmyo|left ventricular myocardium|left "
     "ventricle myocardium|normal myocardium|healthy myocardium|lv wall|"},
    {IMPORT_SCAR,
     "|scar|lv scar|scar tissue|myocardial scar|scarred myocardium|fibrosis|myocardial "
     "fibrosis|focal fibrosis|replacement fibrosis|lge|lv lge|late gadolinium "
     "enhancement|late enhancement|delayed enhancement|enhancement|hyperenhancement|"
     "infarct|infarction|myocardial infarct|myocardial infarction|"},
    {IMPORT_NO_REFLOW,
     "|no reflow|noreflow|no reflow area|lv no reflow|mvo|microvascular "
     "obstruction|"},
    {IMPORT_RV, "|rv|rv blood pool|rv bloodpool|rv blood|rv cavity|rv endo|rv "
                "endocardium|rvendo|sa rv endo|sax rv endo|right ventricle|right "
                "ventricular blood pool|right ventricular cavity|"},
};

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* "LV_Endo (SAX)" becomes "|lv endo sax|". */
static void simplify(const char *name, char out[static DICOM_TEXT + 3])
{
    size_t n = 0;

    out[n++] = '|';
    for (; *name && n < DICOM_TEXT; name++) {
        const char c = lower(*name);
        if (is_plain(c))
            out[n++] = c;
        else if (n > 1 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    if (out[n - 1] == ' ')
        n--;
    out[n++] = '|';
    out[n] = '\0';
}

static enum import_part known_name(const char *name)
{
    char plain[DICOM_TEXT + 3];

    simplify(name, plain);
    if (strlen(plain) <= 2)
        return IMPORT_UNKNOWN;
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strstr(table[i].names, plain))
            return table[i].part;
    return IMPORT_UNKNOWN;
}

/* SNOMED CT and DICOM codes of what a segment is, where these are enough. */
static const struct {
    const char *scheme, *type, *place; /* NULL: anywhere */
    enum import_part part;
} codes[] = {
    {"SCT", "49848007", NULL, IMPORT_MYOCARDIUM},   /* left ventricle myocardium */
    {"SCT", "12402003", NULL, IMPORT_SCAR},         /* scar tissue */
    {"DCM", "122113", NULL, IMPORT_SCAR},           /* scarred myocardium */
    {"DCM", "122112", NULL, IMPORT_MYOCARDIUM},     /* normal myocardium */
    {"SCT", "87612001", "87878005", IMPORT_CAVITY}, /* blood in the left ventricle */
    {"SCT", "87612001", "53085002", IMPORT_RV},     /* and in the right */
};

static enum import_part known_code(const struct dicom_region *r)
{
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (strcmp(r->scheme, codes[i].scheme) == 0 &&
            strcmp(r->type, codes[i].type) == 0 &&
            (!codes[i].place || strcmp(r->place, codes[i].place) == 0))
            return codes[i].part;
    return IMPORT_UNKNOWN;
}

enum import_part import_segments_find(const struct import_segments *segments,
                                      const struct dicom_region *region)
{
    enum import_part rest = IMPORT_UNKNOWN;
    enum import_part part = said_of(segments, region->name, &rest);

    if (part == IMPORT_UNKNOWN)
        part = known_name(region->name);
    if (part == IMPORT_UNKNOWN)
        part = known_code(region);
    return part == IMPORT_UNKNOWN ? rest : part;
}

enum label import_part_label(enum import_part part)
{
    static const enum label label[IMPORT_PARTS] = {
        [IMPORT_EPI] = LABEL_MYOCARDIUM, [IMPORT_MYOCARDIUM] = LABEL_MYOCARDIUM,
        [IMPORT_RV] = LABEL_RV_BLOOD,    [IMPORT_CAVITY] = LABEL_LV_BLOOD,
        [IMPORT_SCAR] = LABEL_SCAR,      [IMPORT_NO_REFLOW] = LABEL_NO_REFLOW,
    };

    return label[part];
}

#include "cli/inputs_id.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* From the first folder that counts to the end of the name. */
static const char *begin_of(const char *path, int parents)
{
    const char *at = path + strlen(path);

    for (int names = 0; at > path; at--)
        if (at[-1] == '/' && names++ == parents)
            break;
    return at;
}

static size_t without_ending(const char *name)
{
    size_t n = strlen(name);

    if (n >= 3 && strcasecmp(name + n - 3, ".gz") == 0)
        n -= 3;
    if (n >= 4 && strncasecmp(name + n - 4, ".nii", 4) == 0)
        n -= 4;
    return n;
}

static bool is_plain(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_';
}

char *inputs_file_id(const char *path, int parents, struct err *err)
{
    const char *name = begin_of(path, parents);
    const size_t all = without_ending(name);
    const size_t n = all < INPUTS_MAX_ID ? all : INPUTS_MAX_ID;
    char id[INPUTS_MAX_ID + 1];

    for (size_t i = 0; i < n; i++)
        id[i] = is_plain(name[i]) || (name[i] == '.' && i > 0) ? name[i] : '_';
    id[n] = '\0';
    return mem_strdup(n > 0 ? id : "case", err);
}

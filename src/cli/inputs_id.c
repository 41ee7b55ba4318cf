#include "cli/inputs_id.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"

enum { SCRIPT_TEXT = 10 }; /* a dash, eight digits and the end */

/* From the first folder that counts to the end of the name. */
static const char *begin_of(const char *path, int parents)
{
    const char *at = path + strlen(path);

    for (int names = 0; at > path; at--)
        if (at[-1] == '/' && at[0] != '/' && names++ == parents)
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

/* Of a name in another script nothing but its length is left, so that names which are
 * told apart by more than that get a number made of it. */
static bool tell_script(const char *name, size_t n, char text[static SCRIPT_TEXT],
                        struct err *err)
{
    char digest[SHA256_HEX];
    bool other = false;

    *text = '\0';
    for (size_t i = 0; i < n; i++)
        other = other || (unsigned char)name[i] >= 0x80;
    if (!other)
        return true;
    if (!sha256_hex(name, n, digest, err))
        return false;
    (void)snprintf(text, SCRIPT_TEXT, "-%.8s", digest);
    return true;
}

/* As `quantify` and `view` call every patient's: then its folder's name is the id. */
static bool is_result(const char *path)
{
    const char *name = file_name_of(path), *folder = begin_of(path, 1);
    return name > path + 1 && folder[0] != '.' && strncmp(name, "labels", 6) == 0 &&
           without_ending(name) == 6;
}

/* What of a path an id is made of; not ended by a zero. */
struct part {
    const char *at;
    size_t size;
};

static struct part part_of(const char *path, int parents)
{
    const bool result = is_result(path);
    const char *at = begin_of(path, parents + result);
    size_t size = without_ending(at);

    if (result)
        size = (size_t)(file_name_of(path) - at);
    while (size > 0 && at[size - 1] == '/')
        size--;
    return (struct part){at, size};
}

char *inputs_file_id(const char *path, int parents, struct err *err)
{
    const struct part name = part_of(path, parents), own = part_of(path, 0);
    char id[INPUTS_MAX_ID + 1], script[SCRIPT_TEXT] = "";

    if (parents > 0 && !tell_script(own.at, own.size, script, err))
        return NULL;
    const size_t room = INPUTS_MAX_ID - strlen(script);
    const size_t n = name.size < room ? name.size : room;
    for (size_t i = 0; i < n; i++)
        id[i] = is_plain(name.at[i]) || name.at[i] == '.' ? name.at[i] : '_';
    if (n > 0 && strchr(".-", id[0]))
        id[0] = '_'; /* hidden; an option, and to a spreadsheet a formula */
    memcpy(id + n, script, strlen(script) + 1);
    return mem_strdup(n > 0 ? id : "case", err);
}

#include "base/sums.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"

enum {
    HEX = SHA256_HEX - 1,
    NAME = HEX + 2, /* "digest  name", or "digest *name" of a binary file */
};

/* The digest in the line of that name, within `text`, or NULL. */
static char *find(char *text, const char *name)
{
    const size_t n = strlen(name);
    for (char *line = text; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        const size_t length = strcspn(line, "\n");
        if (length == NAME + n && line[HEX] == ' ' &&
            strspn(line, "0123456789abcdef") == HEX &&
            memcmp(line + NAME, name, n) == 0)
            return line;
    }
    return NULL;
}

/* The list beside a file, and that file's digest in it; empty and NULL if there is
 * none. */
static bool read_list(const char *path, char **list, struct bytes *text, char **digest,
                      struct err *err)
{
    char *dir = file_dir_of(path, err);
    char *beside = dir ? file_join(dir, SUMS_FILE, err) : NULL;
    mem_free(dir);
    *list = beside;
    *digest = NULL;
    if (!beside || (file_exists(beside) && !file_read(beside, SUMS_LIMIT, text, err)))
        return false;
    if (text->data)
        *digest = find((char *)text->data, file_name_of(path));
    return true;
}

bool sums_check(const char *path, const char hex[AT_LEAST(SHA256_HEX)], struct err *err)
{
    char *list = NULL, *digest = NULL;
    struct bytes text = {0};
    bool ok = read_list(path, &list, &text, &digest, err);
    if (ok && digest && memcmp(digest, hex, HEX) != 0)
        ok = ERR_FAIL(err, ERR_FORMAT,
                      "%s: damaged, or not the file that is listed in " SUMS_FILE
                      " beside it (SHA-256 %.12s..., not %.12s...)",
                      path, hex, digest);
    bytes_clear(&text);
    mem_free(list);
    return ok;
}

static bool digest_of(const char *path, size_t limit, char hex[AT_LEAST(SHA256_HEX)],
                      struct err *err)
{
    struct bytes file = {0};
    if (!file_read(path, limit, &file, err))
        return false;
    const bool ok = sha256_hex(file.data, file.size, hex, err);
    bytes_clear(&file);
    return ok;
}

bool sums_renew(const char *path, size_t limit, struct err *err)
{
    char *list = NULL, *digest = NULL;
    char hex[SHA256_HEX];
    struct bytes text = {0};
    bool ok = read_list(path, &list, &text, &digest, err);
    if (ok && digest) {
        ok = digest_of(path, limit, hex, err);
        if (ok) {
            memcpy(digest, hex, HEX);
            ok = file_write(list, text.data, text.size, err);
        }
    }
    bytes_clear(&text);
    mem_free(list);
    return ok;
}

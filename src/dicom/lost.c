#include "dicom/lost.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

enum { HASH_LENGTH = 8 }; /* of the shortest name that is taken for a hash */

static bool is_hash(const char *name)
{
    const size_t n = strlen(name);
    return n >= HASH_LENGTH && strspn(name, "0123456789abcdefABCDEF.-") == n;
}

/* The extension with its dot, or NULL: numbers between dots are none. */
static const char *extension_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    for (const char *c = dot; c && *c; c++)
        if (isalpha((unsigned char)*c))
            return dot;
    return NULL;
}

/* What names of one kind have in common; as long as the name at most. */
static void write_shape(const char *name, char *to)
{
    const char *extension = extension_of(name);

    if (!extension && is_hash(name))
        name = "0";
    for (const char *c = extension ? extension : name; *c; c++) {
        const bool digit = isdigit((unsigned char)*c) || (*c == '.' && !extension);
        if (!digit)
            *to++ = (char)tolower((unsigned char)*c);
        else if (c == name || to[-1] != '#')
            *to++ = '#';
    }
    *to = '\0';
}

/* The folder with a slash, then the shape of the name if it is asked for; files of an
 * archive lie in one folder and have no names. */
static char *key_of(const struct dicom_place *place, bool shape, struct err *err)
{
    const char *name = file_name_of(place->path);
    const size_t folder =
        place->entry > 0 ? strlen(place->path) : (size_t)(name - place->path);
    char *key = mem_alloc(strlen(place->path) + 2, 1, err);

    if (!key)
        return NULL;
    memcpy(key, place->path, folder);
    if (place->entry > 0)
        key[folder] = '/';
    else if (shape)
        write_shape(name, key + folder);
    return key;
}

/* Of all DICOM files: the folders, and the shapes of names in them; sorted. */
struct keys {
    char **item;
    size_t count;
};

static void keys_clear(struct keys *k)
{
    for (size_t i = 0; i < k->count; i++)
        mem_free(k->item[i]);
    mem_free(k->item);
}

/* Keys of files that follow each other are mostly the same: once is enough. */
static bool add_key(struct keys *k, const struct dicom_place *place, bool shape,
                    struct err *err)
{
    char *key = key_of(place, shape, err);

    if (!key)
        return false;
    for (size_t back = 1; back <= 2 && back <= k->count; back++)
        if (strcmp(k->item[k->count - back], key) == 0) {
            mem_free(key);
            return true;
        }
    k->item[k->count++] = key;
    return true;
}

static int by_text(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static bool find_keys(const struct dicom_scan *scan, struct keys *k, struct err *err)
{
    k->item = mem_alloc(2 * scan->members, sizeof *k->item, err);
    if (!k->item)
        return false;
    for (size_t m = 0; m < scan->members; m++) {
        const struct dicom_place *place = &scan->place[scan->member[m].place];
        if (!add_key(k, place, false, err) || !add_key(k, place, true, err))
            return false;
    }
    if (k->count > 1)
        qsort(k->item, k->count, sizeof *k->item, by_text);
    return true;
}

bool dicom_lost_find(const struct dicom_scan *scan, const struct dicom_stray *stray,
                     size_t count, bool *lost, struct err *err)
{
    struct keys keys = {0};
    bool ok = find_keys(scan, &keys, err);

    for (size_t i = 0; ok && i < count; i++) {
        const struct dicom_place *place = &scan->place[stray[i].place];
        char *key = key_of(place, !stray[i].blank, err);
        ok = key != NULL;
        /* names in an archive are not known */
        lost[i] = key && keys.count > 0 && (stray[i].blank || place->entry == 0) &&
                  bsearch(&key, keys.item, keys.count, sizeof *keys.item, by_text);
        mem_free(key);
    }
    keys_clear(&keys);
    return ok;
}

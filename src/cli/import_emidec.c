#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/import_cohort.h"

/* "Case_P001" -> "P001"; false for anything else. */
static bool case_id(const char *name, char id[IMPORT_MAX_ID + 1])
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    if (strncmp(name, "Case_", 5) != 0)
        return false;
    const size_t n = strlen(name + 5);
    if (n == 0 || n > IMPORT_MAX_ID || strspn(name + 5, allowed) != n)
        return false;
    memcpy(id, name + 5, n + 1);
    return true;
}

/* Is it there, and a folder?  What cannot be looked at is not missing: a case would be
 * left out, or go without its labels, because of a right or a disk. */
static bool look(const char *path, bool *there, bool *folder, struct err *err)
{
    struct stat st;

    *there = stat(path, &st) == 0;
    *folder = *there && S_ISDIR(st.st_mode);
    return *there || errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
           ERR_FAIL(err, ERR_IO, "%s: cannot read: %s", path, file_cause(errno));
}

/* DIR/Case_X/KIND/Case_X.nii.gz or .nii; `path` NULL if neither is there. */
static bool find_volume(const char *dir, const char *id, const char *kind, char **path,
                        struct err *err)
{
    static const char *const ends[] = {".nii.gz", ".nii"};
    char name[3 * IMPORT_MAX_ID];

    *path = NULL;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        (void)snprintf(name, sizeof name, "Case_%s/%s/Case_%s%s", id, kind, id,
                       ends[i]);
        bool there = false, folder = false;
        char *p = file_join(dir, name, err);
        const bool ok = p && look(p, &there, &folder, err);
        if (ok && there)
            *path = p;
        else
            mem_free(p);
        if (!ok || there)
            return ok;
    }
    return true;
}

/* N and P are what the letter before the number says; the challenge's test cases do
 * not tell. */
static int group_of(const char *id)
{
    return id[0] == 'N' || id[0] == 'P' ? id[0] : 0;
}

static bool add_case(struct import_cases *cases, const char *dir, const char *id,
                     struct err *err)
{
    struct import_case c = {.group = group_of(id)};

    memcpy(c.id, id, strlen(id) + 1);
    if (!find_volume(dir, id, "Images", &c.image, err))
        return false;
    if (!c.image)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s/Case_%s: there is no Images/Case_%s.nii.gz", dir, id, id);
    if (!find_volume(dir, id, "Contours", &c.label, err)) {
        mem_free(c.image);
        return false;
    }
    return import_cases_add(cases, &c, err);
}

/* Folders named Case_X in `dir`, and, if `deeper`, in its other folders. */
static bool scan(struct import_cases *cases, const char *dir, bool deeper,
                 struct err *err)
{
    DIR *d = opendir(dir);
    if (!d)
        return ERR_FAIL(err, ERR_IO, "%s: %s", dir, file_cause(errno));
    bool ok = true;
    errno = 0;
    for (const struct dirent *entry; ok && (entry = readdir(d)); errno = 0) {
        char id[IMPORT_MAX_ID + 1];
        bool there = false, folder = false;
        if (entry->d_name[0] == '.')
            continue;
        char *path = file_join(dir, entry->d_name, err);
        ok = path && look(path, &there, &folder, err);
        if (ok && folder) {
            if (case_id(entry->d_name, id))
                ok = add_case(cases, dir, id, err);
            else if (deeper)
                ok = scan(cases, path, false, err);
        }
        mem_free(path);
    }
    if (ok && errno != 0)
        ok = ERR_FAIL(err, ERR_IO, "%s: %s", dir, file_cause(errno));
    (void)closedir(d);
    return ok;
}

static bool find_cases(struct import_cases *cases, const char *source, struct err *err)
{
    if (!scan(cases, source, true, err))
        return false;
    if (cases->count == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no folder Case_X in it", source);
    const struct import_case *twice = import_cases_sort(cases);
    return !twice ||
           ERR_FAIL(err, ERR_FORMAT, "%s: Case_%s is there twice", source, twice->id);
}

bool import_emidec(const struct import_request *request, struct import_counts *out,
                   struct err *err)
{
    static const struct import_about about = {"EMIDEC", "Siemens", NULL};
    struct import_cases cases = {.grouped = true};
    const bool ok = find_cases(&cases, request->source, err) &&
                    import_cohort(&cases, &about, request, out, err);

    import_cases_clear(&cases);
    return ok;
}

#include "cli/patient_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/leftover.h"
#include "base/mem.h"

/* What may stand in a folder of results; anything else belongs to somebody. */
static const char *const RESULTS[] = {
    "labels.nii.gz", "zones.nii.gz", "results.json", "overlay.png", "report.pdf",
    "report.html",   "seg.dcm",      "sr.dcm",       "overlay.dcm", "report.dcm",
};
static const char TABLE[] = "results.csv";

enum { MOST_TRIES = 100 }; /* of others who sweep at that moment */

static bool is_result(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(RESULTS); i++) {
        if (strcmp(name, RESULTS[i]) == 0)
            return true;
    }
    return false;
}

/* May what stands at `path` be `what` ("replaced")? */
static bool check_old(const char *path, const char *what, struct err *err)
{
    struct stat st;
    bool ok = true;

    if (lstat(path, &st) != 0)
        return true;
    DIR *d = S_ISDIR(st.st_mode) ? opendir(path) : NULL;
    if (!d)
        return ERR_FAIL(err, ERR_IO, "%s: is in the way of the patient's folder", path);
    for (const struct dirent *e = readdir(d); ok && e != NULL; e = readdir(d)) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
            !is_result(e->d_name))
            ok = ERR_FAIL(err, ERR_IO,
                          "%s: not %s, since it holds %s, which is no result", path,
                          what, e->d_name);
    }
    (void)closedir(d);
    return ok;
}

static void remove_results(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(RESULTS); i++)
        (void)unlinkat(fd, RESULTS[i], 0);
    (void)close(fd);
    (void)rmdir(path);
}

/* Owned by the caller. */
static char *temporary(const char *out, const char *id, struct err *err)
{
    const size_t size = strlen(out) + strlen(id) + 40;
    char *path = mem_alloc(size, 1, err);

    if (path)
        (void)snprintf(path, size, "%s/.%s" FILE_TEMPORARY, out, id, (long)getpid());
    return path;
}

/* Is it what temporary() makes of some id and process? */
static bool is_temporary(const char *name)
{
    return name[0] == '.' && file_temporary_of(name, NULL) > 0;
}

void patient_dir_sweep(const char *out)
{
    (void)leftover_sweep(out, is_temporary, 0);
}

/* Make and claim the temporary folder: its descriptor, or -1.  It may be swept before
 * it is claimed; then there is another one to be made. */
static int make_claimed(const char *tmp)
{
    int fd = -1;
    bool locked;

    for (int tries = 0; fd < 0 && tries < MOST_TRIES; tries++) {
        if (mkdir(tmp, 0777) != 0)
            return -1;
        fd = leftover_claim(tmp, &locked);
        if (fd < 0 && errno != ENOENT) {
            const int cause = errno;
            (void)rmdir(tmp);
            errno = cause;
            return -1;
        }
    }
    return fd;
}

bool patient_dir_open(const char *out, const char *id, struct patient_dir *dir,
                      struct err *err)
{
    struct patient_dir d = {0};

    if (strcmp(id, TABLE) == 0)
        return ERR_FAIL(err, ERR_IO, "%s/%s: the table has this name; rename the input",
                        out, id);
    d.path = file_join(out, id, err);
    d.tmp = temporary(out, id, err);
    if (!d.path || !d.tmp || !check_old(d.path, "replaced", err))
        goto fail;
    /* as FILE_TEMPORARY says: what a process of our number left when it was killed; in
     * a container every run may have the same */
    file_remove_tree(AT_FDCWD, d.tmp, 0);
    d.fd = make_claimed(d.tmp);
    if (d.fd < 0) {
        err_record(err, ERR_IO, "%s: cannot create: %s", d.path, file_cause(errno));
        goto fail;
    }
    *dir = d;
    return true;
fail:
    mem_free(d.path);
    mem_free(d.tmp);
    return false;
}

bool patient_dir_spares(const struct patient_dir *dir, const char *source,
                        struct err *err)
{
    return !file_lies_in(source, dir->path) ||
           ERR_FAIL(err, ERR_ARG,
                    "%s: its results would take its place; give another folder (-o)",
                    source);
}

char *patient_dir_file(const struct patient_dir *dir, const char *name, struct err *err)
{
    return file_join(dir->tmp, name, err);
}

bool patient_dir_commit(struct patient_dir *dir, struct err *err)
{
    bool ok = check_old(dir->path, "replaced", err) && file_sync_folder(dir->tmp, err);

    /* An older folder changes places with the new one in one step, where the file
     * system can do that; else there is a moment without either. */
    if (ok &&
        renameat2(AT_FDCWD, dir->tmp, AT_FDCWD, dir->path, RENAME_EXCHANGE) != 0) {
        if (errno != ENOENT)
            remove_results(dir->path);
        if (rename(dir->tmp, dir->path) != 0)
            ok = ERR_FAIL(err, ERR_IO, "%s: cannot put in place: %s", dir->path,
                          file_cause(errno));
    }
    patient_dir_abort(dir); /* the older one, or what could not be put in place */
    return ok;
}

void patient_dir_abort(struct patient_dir *dir)
{
    if (dir->tmp) {
        remove_results(dir->tmp);
        (void)close(dir->fd);
    }
    mem_free(dir->tmp);
    mem_free(dir->path);
    *dir = (struct patient_dir){0};
}

bool patient_dir_remove(const char *out, const char *id, struct err *err)
{
    char *from = file_join(out, id, err);
    char *to = from ? temporary(out, id, err) : NULL;
    bool ok = to && check_old(from, "removed", err);

    if (ok)
        file_remove_tree(AT_FDCWD, to, 0); /* as patient_dir_open() */
    if (ok && rename(from, to) != 0)
        ok = ERR_FAIL(err, ERR_IO, "%s: cannot remove: %s", from, file_cause(errno));
    if (ok)
        remove_results(to);
    mem_free(to);
    mem_free(from);
    return ok;
}

#include "dicom/inbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "dicom/view.h"

static bool path_of(const struct dicom_inbox *box, size_t index,
                    char path[static DICOM_INBOX_PATH])
{
    const int n =
        snprintf(path, DICOM_INBOX_PATH, "%s/%06zu.dcm", box->folder, index + 1);
    return n > 0 && n < DICOM_INBOX_PATH;
}

bool dicom_inbox_next(const struct dicom_inbox *box, char path[static DICOM_INBOX_PATH],
                      struct err *err)
{
    if (box->count >= DICOM_INBOX_MAX_FILES)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d instances",
                        DICOM_INBOX_MAX_FILES);
    return path_of(box, box->count, path) ||
           ERR_FAIL(err, ERR_SUPPORT, "%s: the path is too long", box->folder);
}

static bool check_size(const struct dicom_inbox *box, uint64_t here, struct err *err)
{
    if (here > DICOM_MAX_FILE)
        return ERR_FAIL(err, ERR_SUPPORT, "an instance is larger than %llu bytes",
                        (unsigned long long)DICOM_MAX_FILE);
    return box->bytes + here <= DICOM_INBOX_MAX_BYTES ||
           ERR_FAIL(err, ERR_SUPPORT, "the instances are larger than %llu bytes",
                    (unsigned long long)DICOM_INBOX_MAX_BYTES);
}

bool dicom_inbox_begin(struct dicom_inbox *box, struct err *err)
{
    char path[DICOM_INBOX_PATH];

    if (!dicom_inbox_next(box, path, err))
        return false;
    box->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (box->fd < 0)
        return ERR_FAIL(err, ERR_IO, "%s: cannot create: %s", path, file_cause(errno));
    box->open = true;
    box->here = 0;
    return true;
}

bool dicom_inbox_write(struct dicom_inbox *box, const void *data, size_t size,
                       struct err *err)
{
    const char *at = data;

    if (!check_size(box, box->here + size, err))
        return false;
    box->here += size;
    while (size > 0) {
        const ssize_t n = write(box->fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ERR_FAIL(err, ERR_IO, "%s: cannot write: %s", box->folder,
                            file_cause(errno));
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static void arrived(struct dicom_inbox *box, uint64_t size)
{
    box->count++;
    box->bytes += size;
    if (box->arrived)
        box->arrived(box->user, box->count);
}

bool dicom_inbox_end(struct dicom_inbox *box, struct err *err)
{
    box->open = false;
    if (close(box->fd) != 0)
        return ERR_FAIL(err, ERR_IO, "%s: cannot write: %s", box->folder,
                        file_cause(errno));
    arrived(box, box->here);
    return true;
}

void dicom_inbox_cut(struct dicom_inbox *box, size_t count)
{
    char path[DICOM_INBOX_PATH];
    const size_t last = box->count + box->open;

    if (box->open)
        (void)close(box->fd);
    box->open = false;
    for (size_t i = count; i < last; i++) {
        struct stat st;
        if (!path_of(box, i, path))
            continue;
        if (i < box->count && stat(path, &st) == 0)
            box->bytes -= (uint64_t)st.st_size;
        (void)unlink(path);
    }
    box->count = count < box->count ? count : box->count;
}

bool dicom_inbox_took(struct dicom_inbox *box, struct err *err)
{
    char path[DICOM_INBOX_PATH];
    struct stat st;

    if (!dicom_inbox_next(box, path, err))
        return false;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return ERR_FAIL(err, ERR_IO, "%s: was not written", path);
    if (!check_size(box, (uint64_t)st.st_size, err))
        return false;
    arrived(box, (uint64_t)st.st_size);
    return true;
}

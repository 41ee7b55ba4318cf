#include "dicom/view.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void dicom_view_blame(const struct dicom_place *place, struct err *err)
{
    if (place->entry > 0)
        err_prefix(err, "%s: file %u", place->path, place->entry);
    else
        err_prefix(err, "%s", place->path);
}

static bool map(const char *path, struct dicom_view *out, struct err *err)
{
    uint64_t size = 0;
    int fd = -1;

    if (!file_open_regular(path, &fd, &size, err))
        return false;
    if (size == 0 || size > DICOM_MAX_FILE) {
        (void)close(fd);
        return ERR_FAIL(err, size ? ERR_SUPPORT : ERR_FORMAT, "%s: %s", path,
                        size ? "too large" : "empty");
    }
    void *data = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    const int cause = errno;
    (void)close(fd);
    if (data == MAP_FAILED)
        return ERR_FAIL(err, ERR_IO, "%s: cannot read: %s", path, file_cause(cause));
    *out = (struct dicom_view){.data = data, .size = (size_t)size, .mapped = data};
    return true;
}

static bool unpack(struct dicom_opener *o, const struct dicom_place *place,
                   struct dicom_view *out, struct err *err)
{
    struct bytes b = {0};

    if (!o->path || strcmp(o->path, place->path) != 0) {
        dicom_view_opener_close(o);
        if (!dicom_zip_open(place->path, &o->zip, err))
            return false;
        o->path = place->path;
    }
    if (!dicom_zip_read(o->zip, place->entry - 1, &b, err)) {
        dicom_view_blame(place, err);
        return false;
    }
    if (b.size == 0) {
        bytes_clear(&b);
        (void)ERR_FAIL(err, ERR_FORMAT, "empty");
        dicom_view_blame(place, err);
        return false;
    }
    *out = (struct dicom_view){.data = b.data, .size = b.size, .unpacked = b};
    return true;
}

bool dicom_view_open(struct dicom_opener *opener, const struct dicom_place *place,
                     struct dicom_view *out, struct err *err)
{
    return place->entry > 0 ? unpack(opener, place, out, err)
                            : map(place->path, out, err);
}

void dicom_view_close(struct dicom_view *view)
{
    if (view->mapped)
        (void)munmap(view->mapped, view->size);
    bytes_clear(&view->unpacked);
    *view = (struct dicom_view){0};
}

void dicom_view_opener_close(struct dicom_opener *opener)
{
    dicom_zip_close(opener->zip);
    *opener = (struct dicom_opener){0};
}

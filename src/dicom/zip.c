#include "dicom/zip.h"

#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/mem.h"
#include "dicom/inflate.h"

struct dicom_zip {
    zip_t *archive;
    size_t count;
};

bool dicom_zip_looks_like(const void *head, size_t size)
{
    return size >= 4 &&
           (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0);
}

/* What libzip has to say, as an error of this program. */
static bool fail(struct err *err, zip_error_t *cause, const char *what)
{
    const int code = zip_error_code_zip(cause);

    return ERR_FAIL(err,
                    code == ZIP_ER_MEMORY ? ERR_NOMEM
                    : code == ZIP_ER_OPEN ? ERR_IO
                                          : ERR_FORMAT,
                    "%s: %s", what, zip_error_strerror(cause));
}

static bool is_folder(const zip_stat_t *s)
{
    const size_t n = strlen(s->name);
    return n > 0 && s->name[n - 1] == '/';
}

static bool entry_stat(zip_t *archive, size_t entry, zip_stat_t *out, struct err *err)
{
    enum {
        NEEDED = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                 ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD
    };

    zip_stat_init(out);
    if (zip_stat_index(archive, entry, 0, out) != 0)
        return fail(err, zip_get_error(archive), "damaged zip archive");
    return (out->valid & NEEDED) == NEEDED ||
           ERR_FAIL(err, ERR_FORMAT, "damaged zip archive");
}

static bool check_entry(const zip_stat_t *s, size_t entry, struct err *err)
{
    if (s->encryption_method != ZIP_EM_NONE)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "the zip archive is encrypted; unpack it first");
    if (s->comp_method != ZIP_CM_STORE && s->comp_method != ZIP_CM_DEFLATE)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "file %zu of the zip archive is packed by a method that is "
                        "not read (%d)",
                        entry + 1, s->comp_method);
    if (s->size > dicom_inflate_limit(s->comp_size))
        return ERR_FAIL(err, ERR_SUPPORT,
                        "file %zu of the zip archive would unpack %llu bytes to %llu",
                        entry + 1, (unsigned long long)s->comp_size,
                        (unsigned long long)s->size);
    return true;
}

static bool check_all(const struct dicom_zip *z, uint64_t size, struct err *err)
{
    uint64_t packed = 0, unpacked = 0;

    if (z->count > DICOM_ZIP_MAX_FILES)
        return ERR_FAIL(err, ERR_SUPPORT, "%zu files in a zip archive; at most %d",
                        z->count, DICOM_ZIP_MAX_FILES);
    for (size_t i = 0; i < z->count; i++) {
        zip_stat_t s;
        if (!entry_stat(z->archive, i, &s, err) || !check_entry(&s, i, err))
            return false;
        if (s.comp_size > size - packed)
            return ERR_FAIL(err, ERR_FORMAT,
                            "files in the zip archive that lie over one another");
        packed += s.comp_size;
        unpacked += s.size; /* each at most dicom_inflate_limit() */
        if (unpacked > DICOM_ZIP_MAX_BYTES)
            return ERR_FAIL(err, ERR_SUPPORT, "more than %llu bytes in a zip archive",
                            (unsigned long long)DICOM_ZIP_MAX_BYTES);
    }
    return true;
}

bool dicom_zip_open(const char *path, struct dicom_zip **out, struct err *err)
{
    struct dicom_zip *z = mem_alloc(1, sizeof *z, err);
    uint64_t size = 0;
    int fd = -1, code = 0;

    if (!z || !file_open_regular(path, &fd, &size, err))
        goto fail;
    z->archive = zip_fdopen(fd, 0, &code); /* takes fd if it succeeds */
    if (!z->archive) {
        zip_error_t cause;
        zip_error_init_with_code(&cause, code);
        (void)fail(err, &cause, "not a sound zip archive");
        zip_error_fini(&cause);
        (void)close(fd);
        err_prefix(err, "%s", path);
        goto fail;
    }
    z->count = (size_t)zip_get_num_entries(z->archive, 0);
    if (!check_all(z, size, err)) {
        err_prefix(err, "%s", path);
        goto fail;
    }
    *out = z;
    return true;
fail:
    dicom_zip_close(z);
    return false;
}

void dicom_zip_close(struct dicom_zip *zip)
{
    if (zip && zip->archive)
        zip_discard(zip->archive);
    mem_free(zip);
}

size_t dicom_zip_count(const struct dicom_zip *zip)
{
    return zip->count;
}

bool dicom_zip_is_file(const struct dicom_zip *zip, size_t entry)
{
    zip_stat_t s;
    return entry < zip->count && entry_stat(zip->archive, entry, &s, NULL) &&
           !is_folder(&s);
}

bool dicom_zip_read(struct dicom_zip *zip, size_t entry, struct bytes *out,
                    struct err *err)
{
    struct bytes b = {0};
    zip_file_t *file = NULL;
    zip_stat_t s;
    uint8_t more;
    bool ok = false;

    if (!dicom_zip_is_file(zip, entry))
        return ERR_FAIL(err, ERR_ARG, "no file %zu in the zip archive", entry + 1);
    if (!entry_stat(zip->archive, entry, &s, err))
        return false;
    b.data = mem_alloc((size_t)s.size, 1, err); /* its limit was checked at the start */
    if (!b.data)
        return false;
    file = zip_fopen_index(zip->archive, entry, 0);
    if (!file) {
        (void)fail(err, zip_get_error(zip->archive), "cannot unpack");
        goto done;
    }
    while (b.size < s.size) {
        const zip_int64_t n = zip_fread(file, b.data + b.size, s.size - b.size);
        if (n <= 0)
            break;
        b.size += (size_t)n;
    }
    /* the checksum is verified when the end is reached */
    if (b.size != s.size || zip_fread(file, &more, 1) != 0) {
        err_record(err, ERR_FORMAT, "damaged in the zip archive");
        goto done;
    }
    *out = b;
    b = (struct bytes){0}; /* moved */
    ok = true;
done:
    if (file)
        (void)zip_fclose(file);
    bytes_clear(&b);
    return ok;
}

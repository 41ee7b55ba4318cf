#include "dicom/scan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/mem.h"
#include "dicom/files.h"
#include "dicom/lost.h"

void dicom_scan_clear(struct dicom_scan *scan)
{
    for (size_t i = 0; i < scan->paths; i++)
        mem_free(scan->path[i]);
    mem_free(scan->path);
    mem_free(scan->place);
    mem_free(scan->header);
    mem_free(scan->member);
    mem_free(scan->plane);
    mem_free(scan->bad);
    *scan = (struct dicom_scan){0};
}

/* Room for `more` elements after `used`; the array may move. */
static bool make_room(void *array, size_t used, size_t more, size_t *room, size_t size,
                      struct err *err)
{
    void **const at = array;

    if (used + more <= *room)
        return true;
    const size_t want = used + more > 2 * *room ? used + more + 16 : 2 * *room;
    void *grown = mem_grow(*at, *room, want, size, err);
    if (!grown)
        return false;
    *at = grown;
    *room = want;
    return true;
}

/* ---- the files ---- */

struct walk {
    struct dicom_scan *scan;
    size_t path_room;
};

static bool add_path(struct walk *w, const char *path, struct err *err)
{
    struct dicom_scan *s = w->scan;

    if (s->paths == DICOM_MAX_FILES)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d files", DICOM_MAX_FILES);
    if (!make_room(&s->path, s->paths, 1, &w->path_room, sizeof *s->path, err) ||
        !(s->path[s->paths] = mem_strdup(path, err)))
        return false;
    s->paths++;
    return true;
}

/* What lies in a folder: regular files, also behind a link. */
static bool add_found(void *user, const char *path, struct err *err)
{
    struct stat st;

    return stat(path, &st) != 0 || !S_ISREG(st.st_mode) || add_path(user, path, err);
}

/* ---- what they are ---- */

static bool same_series(const struct dicom_header *a, const struct dicom_header *b)
{
    return strcmp(a->series.uid, b->series.uid) == 0 &&
           strcmp(a->study.uid, b->study.uid) == 0 &&
           strcmp(a->patient.id, b->patient.id) == 0 &&
           strcmp(a->series.frame_of_reference, b->series.frame_of_reference) == 0;
}

/* Files of a series mostly follow each other, so the last ones are asked first. */
static bool find_header(struct dicom_scan *s, const struct dicom_header *h,
                        size_t *index, struct err *err)
{
    for (size_t i = s->headers; i-- > 0;)
        if (same_series(&s->header[i], h)) {
            *index = i;
            return true;
        }
    if (s->headers == DICOM_MAX_SERIES)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d series", DICOM_MAX_SERIES);
    if (!make_room(&s->header, s->headers, 1, &s->header_room, sizeof *s->header, err))
        return false;
    s->header[s->headers] = *h;
    *index = s->headers++;
    return true;
}

/* What is collected, and the files that are not DICOM. */
struct sorting {
    struct dicom_scan *scan;
    struct dicom_stray *stray; /* owned */
    size_t strays, room;
};

static bool add_bad(struct dicom_scan *s, const struct err *bad, struct err *err)
{
    if (!make_room(&s->bad, s->bads, 1, &s->bad_room, sizeof *s->bad, err))
        return false;
    s->bad[s->bads++] = *bad;
    return true;
}

static bool add_stray(struct sorting *to, const struct dicom_file_head *head,
                      struct err *err)
{
    if (!make_room(&to->stray, to->strays, 1, &to->room, sizeof *to->stray, err))
        return false;
    to->stray[to->strays++] = (struct dicom_stray){head->index, head->blank};
    return true;
}

static bool take(void *context, const struct dicom_file_head *head, struct err *err)
{
    struct sorting *to = context;
    struct dicom_scan *s = to->scan;

    if (head->bad.code != ERR_NONE)
        return add_bad(s, &head->bad, err);
    if (!head->is_dicom)
        return add_stray(to, head, err);
    const struct dicom_instance *i = &head->object->instance;
    if (strcmp(i->sop_class, DICOM_DIRECTORY_CLASS) == 0)
        return true;
    if ((size_t)i->frames > DICOM_MAX_PLANES - s->planes)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d frames", DICOM_MAX_PLANES);
    size_t header = 0;
    if (!find_header(s, &head->object->header, &header, err) ||
        !make_room(&s->member, s->members, 1, &s->member_room, sizeof *s->member,
                   err) ||
        !make_room(&s->plane, s->planes, (size_t)i->frames, &s->plane_room,
                   sizeof *s->plane, err))
        return false;
    for (int32_t f = 0; f < i->frames; f++)
        s->plane[s->planes++] = (struct dicom_plane){s->members, head->frame[f]};
    s->member[s->members++] = (struct dicom_member){head->index, header, *i};
    return true;
}

/* What is not DICOM is bad if it should be, else it is none of ours. */
static bool judge_strays(struct sorting *to, struct err *err)
{
    struct dicom_scan *s = to->scan;
    bool *lost = mem_alloc(to->strays, sizeof *lost, err);
    bool ok = lost &&
              (to->strays == 0 || dicom_lost_find(s, to->stray, to->strays, lost, err));

    for (size_t i = 0; ok && i < to->strays; i++) {
        struct err bad = {0};
        if (!lost[i]) {
            s->foreign++;
            continue;
        }
        err_record(&bad, ERR_FORMAT,
                   to->stray[i].blank
                       ? "empty or nothing but zeros, among DICOM files"
                       : "not DICOM, but its name is like those of the DICOM files "
                         "beside it");
        dicom_view_blame(&s->place[to->stray[i].place], &bad);
        ok = add_bad(s, &bad, err);
    }
    mem_free(lost);
    return ok;
}

/* A DICOMDIR stands for its folder. */
static bool is_directory_file(const char *path)
{
    return strcmp(file_name_of(path), "DICOMDIR") == 0 && !file_is_dir(path);
}

/* The first bytes of a regular file; not more can be told here of one that cannot be
 * read. */
static bool is_zip(const char *path)
{
    uint8_t head[4];
    uint64_t size = 0;
    size_t got = 0;
    int fd = -1;

    if (!file_open_regular(path, &fd, &size, NULL))
        return false;
    const bool zip = file_read_some(fd, head, sizeof head, &got, NULL) &&
                     dicom_zip_looks_like(head, got);
    (void)close(fd);
    return zip;
}

/* The files behind the paths: themselves, or those in the one that is an archive. */
static bool find_places(struct dicom_scan *s, bool is_archive, struct err *err)
{
    const bool zip = is_archive && s->paths == 1;
    uint32_t *entry = NULL;
    size_t n = s->paths;

    if (zip && !dicom_files_in_zip(s->path[0], &entry, &n, err))
        return false;
    s->place = mem_alloc(n, sizeof *s->place, err);
    s->places = s->place ? n : 0;
    for (size_t i = 0; s->place && i < n; i++)
        s->place[i] = zip ? (struct dicom_place){s->path[0], entry[i]}
                          : (struct dicom_place){s->path[i], 0};
    mem_free(entry);
    return s->place != NULL;
}

/* The files that one word stands for; `archive` is whether it is a zip archive. */
static bool find_paths(struct walk *walk, const char *path, const char *skip,
                       bool *archive, struct err *err)
{
    char *folder = NULL;

    if (!file_exists(path))
        return ERR_FAIL(err, ERR_IO, "%s: cannot open: %s", path, file_cause(errno));
    if (is_directory_file(path) && !(folder = file_dir_of(path, err)))
        return false;
    const char *from = folder ? folder : path;
    const bool dir = file_is_dir(from);
    const bool ok =
        dir ? folder_walk(from, skip, add_found, walk, err) : add_path(walk, from, err);
    *archive = ok && !dir && is_zip(from);
    mem_free(folder);
    return ok;
}

bool dicom_scan_read_all(const char *const *path, size_t count, const char *skip,
                         struct dicom_scan *out, struct err *err)
{
    struct dicom_scan scan = {0};
    struct walk walk = {&scan, 0};
    struct sorting sorting = {.scan = &scan};
    bool archive = false, ok = true;

    for (size_t i = 0; ok && i < count; i++) {
        ok = find_paths(&walk, path[i], skip, &archive, err);
        if (ok && archive && count > 1)
            ok =
                ERR_FAIL(err, ERR_SUPPORT,
                         "%s: a zip archive is read alone, not beside others", path[i]);
    }
    ok = ok && find_places(&scan, archive, err) &&
         dicom_files_heads(scan.place, scan.places, take, &sorting, err) &&
         judge_strays(&sorting, err);
    mem_free(sorting.stray);
    if (ok)
        *out = scan;
    else
        dicom_scan_clear(&scan);
    return ok;
}

bool dicom_scan_read(const char *path, const char *skip, struct dicom_scan *out,
                     struct err *err)
{
    return dicom_scan_read_all(&path, 1, skip, out, err);
}

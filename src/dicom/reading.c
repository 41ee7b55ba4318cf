#include "dicom/reading.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "dicom/files.h"
#include "dicom/guard.h"
#include "dicom/uid.h"

enum { CPU_S = 20, WALL_S = 120 };

bool dicom_reading_is(const char *sop_class)
{
    return strcmp(sop_class, DICOM_SEG_CLASS) == 0 ||
           strcmp(sop_class, DICOM_SURFACE_SEG_CLASS) == 0 ||
           strcmp(sop_class, DICOM_LABELMAP_CLASS) == 0 ||
           strcmp(sop_class, DICOM_RTSTRUCT_CLASS) == 0;
}

void dicom_reading_clear(struct dicom_reading *r)
{
    mem_free(r->region);
    mem_free(r->mask);
    mem_free(r->bits);
    mem_free(r->contour);
    mem_free(r->point);
    mem_free(r->series);
    mem_free(r->instance);
    *r = (struct dicom_reading){0};
}

size_t dicom_reading_bytes(const struct dicom_reading *r)
{
    return (r->masks * (size_t)r->rows * (size_t)r->columns + 7) / 8;
}

/* ---- what must hold, whoever says it ---- */

static bool counts_fit(const struct dicom_reading *r)
{
    const bool sides = r->rows >= 0 && r->columns >= 0 && r->rows <= DICOM_MAX_SIDE &&
                       r->columns <= DICOM_MAX_SIDE;

    return sides && r->regions <= DICOM_MAX_REGIONS && r->masks <= DICOM_MAX_FRAMES &&
           (uint64_t)r->masks * (uint64_t)r->rows * (uint64_t)r->columns <=
               DICOM_MAX_MASK_PIXELS &&
           r->contours <= DICOM_MAX_CONTOURS && r->points <= DICOM_MAX_POINTS &&
           r->all_series <= DICOM_MAX_REFERENCES &&
           r->instances <= DICOM_MAX_REFERENCES;
}

static bool are_finite(const double *v, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(v[i]))
            return false;
    return true;
}

static bool mask_holds(const struct dicom_reading *r, const struct dicom_mask *m)
{
    return m->region >= 0 && (size_t)m->region < r->regions &&
           are_finite(m->position_mm, 3) && are_finite(m->orientation, 6) &&
           isfinite(m->row_mm) && m->row_mm > 0.0 && isfinite(m->column_mm) &&
           m->column_mm > 0.0;
}

static bool contour_holds(const struct dicom_reading *r, const struct dicom_contour *c)
{
    return c->region >= 0 && (size_t)c->region < r->regions && c->count >= 0 &&
           c->first <= r->points && (size_t)c->count <= r->points - c->first;
}

bool dicom_reading_check(const struct dicom_reading *r, struct err *err)
{
    bool ok = counts_fit(r);

    for (size_t m = 0; ok && m < r->masks; m++)
        ok = mask_holds(r, &r->mask[m]);
    for (size_t c = 0; ok && c < r->contours; c++)
        ok = contour_holds(r, &r->contour[c]);
    ok = ok && (r->points == 0 || are_finite(r->point[0], 3 * r->points));
    for (size_t i = 0; ok && i < r->all_series; i++)
        ok = dicom_uid_ok(r->series[i].uid);
    for (size_t i = 0; ok && i < r->instances; i++)
        ok = dicom_uid_ok(r->instance[i].uid);
    return ok || ERR_FAIL(err, ERR_FORMAT, "parts of it that do not fit each other");
}

/* ---- the child ---- */

struct work {
    const struct dicom_place *place;
    struct dicom_guard_limits limits;
};

/* What the child says: this, then the arrays if it is no error. */
struct answer {
    struct err err;
    struct dicom_reading reading; /* its pointers mean nothing */
};

static bool parse(const struct dicom_view *view, struct dicom_reading *out,
                  struct err *err)
{
    struct dicom_object *object = mem_alloc(1, sizeof *object, err);
    struct dicom_parsed *p = NULL;
    const bool ok = object && dicom_object_begin(err) &&
                    dicom_object_open(view->data, view->size, true, &p, err) &&
                    dicom_object_head(p, object, err) &&
                    dicom_reading_parse(p, out, err);

    dicom_object_close(p);
    mem_free(object);
    return ok;
}

static void send_reading(int fd, const struct dicom_reading *r)
{
    dicom_guard_send(fd, r->region, r->regions * sizeof *r->region);
    dicom_guard_send(fd, r->mask, r->masks * sizeof *r->mask);
    dicom_guard_send(fd, r->bits, dicom_reading_bytes(r));
    dicom_guard_send(fd, r->contour, r->contours * sizeof *r->contour);
    dicom_guard_send(fd, r->point, r->points * sizeof *r->point);
    dicom_guard_send(fd, r->series, r->all_series * sizeof *r->series);
    dicom_guard_send(fd, r->instance, r->instances * sizeof *r->instance);
}

static void read_in_child(int fd, void *context)
{
    const struct work *w = context;
    static struct answer a; /* zero between its members, too */
    struct dicom_opener opener = {0};
    struct dicom_view view = {0};

    if (dicom_view_open(&opener, w->place, &view, &a.err) &&
        !parse(&view, &a.reading, &a.err))
        dicom_view_blame(w->place, &a.err);
    dicom_guard_send(fd, &a, sizeof a);
    if (a.err.code == ERR_NONE)
        send_reading(fd, &a.reading);
    dicom_reading_clear(&a.reading);
    dicom_view_close(&view);
    dicom_view_opener_close(&opener);
}

/* ---- the parent, which trusts no length and no text ---- */

#define END(text) ((text)[sizeof(text) - 1] = '\0')

static void end_texts(struct dicom_reading *r)
{
    END(r->creator), END(r->label);
    for (size_t i = 0; i < r->regions; i++) {
        struct dicom_region *region = &r->region[i];
        END(region->name), END(region->type), END(region->scheme), END(region->place);
        END(region->frame_of_reference);
    }
    for (size_t i = 0; i < r->all_series; i++)
        END(r->series[i].uid);
    for (size_t i = 0; i < r->instances; i++)
        END(r->instance[i].uid);
}

static bool make_room(struct dicom_reading *r, struct err *err)
{
    return (r->region = mem_alloc(r->regions, sizeof *r->region, err)) &&
           (r->mask = mem_alloc(r->masks, sizeof *r->mask, err)) &&
           (r->bits = mem_alloc(dicom_reading_bytes(r), 1, err)) &&
           (r->contour = mem_alloc(r->contours, sizeof *r->contour, err)) &&
           (r->point = mem_alloc(r->points, sizeof *r->point, err)) &&
           (r->series = mem_alloc(r->all_series, sizeof *r->series, err)) &&
           (r->instance = mem_alloc(r->instances, sizeof *r->instance, err));
}

static bool receive_arrays(struct dicom_guard *g, struct dicom_reading *r,
                           struct err *err)
{
    const struct {
        void *data;
        size_t size;
    } part[] = {
        {r->region, r->regions * sizeof *r->region},
        {r->mask, r->masks * sizeof *r->mask},
        {r->bits, dicom_reading_bytes(r)},
        {r->contour, r->contours * sizeof *r->contour},
        {r->point, r->points * sizeof *r->point},
        {r->series, r->all_series * sizeof *r->series},
        {r->instance, r->instances * sizeof *r->instance},
    };

    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        if (!dicom_guard_receive(g, part[i].data, part[i].size, err))
            return false;
    end_texts(r);
    return dicom_reading_check(r, err);
}

static void forget_pointers(struct dicom_reading *r)
{
    r->region = NULL;
    r->mask = NULL;
    r->bits = NULL;
    r->contour = NULL;
    r->point = NULL;
    r->series = r->instance = NULL;
}

/* An error that the child tells names the file already. */
static bool receive(struct dicom_guard *g, const struct dicom_place *place,
                    struct dicom_reading *out, struct err *err)
{
    struct answer a;
    bool ok = dicom_guard_receive(g, &a, sizeof a, err);

    if (ok) {
        forget_pointers(&a.reading);
        END(a.err.msg);
        if (a.err.code != ERR_NONE)
            return ERR_FAIL(err, a.err.code, "%s", a.err.msg);
        ok = counts_fit(&a.reading) ||
             ERR_FAIL(err, ERR_FORMAT, "the decoder speaks of more than can be");
        ok = ok && make_room(&a.reading, err) && receive_arrays(g, &a.reading, err);
        if (ok) {
            *out = a.reading;
            return true;
        }
        dicom_reading_clear(&a.reading);
    }
    dicom_view_blame(place, err);
    return false;
}

bool dicom_reading_read(const struct dicom_place *place, struct dicom_reading *out,
                        struct err *err)
{
    struct work w = {place,
                     {.memory_bytes = DICOM_MEMORY, .cpu_s = CPU_S, .wall_s = WALL_S}};
    struct dicom_guard guard = {0};
    const bool ok = dicom_object_prepare(err) &&
                    dicom_guard_start(read_in_child, &w, &w.limits, &guard, err) &&
                    receive(&guard, place, out, err);

    dicom_guard_stop(&guard);
    return ok;
}

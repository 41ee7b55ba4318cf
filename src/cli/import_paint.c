#include "cli/import_paint.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* ---- meanings ---- */

struct text {
    char at[360];
    size_t used;
};

static void put_name(struct text *t, const char *name)
{
    const char *comma = t->used > 0 ? ", " : "";

    if (t->used < sizeof t->at) {
        const int n =
            snprintf(t->at + t->used, sizeof t->at - t->used, "%s'%s'", comma, name);
        t->used += n > 0 ? (size_t)n : 0;
    }
}

/* Their names: those that are not known, or all. */
static void list(const struct dicom_reading *r, const enum import_part *part, bool all,
                 struct text *out)
{
    for (size_t i = 0; i < r->regions; i++)
        if (all || part[i] == IMPORT_UNKNOWN)
            put_name(out, r->region[i].name);
}

static bool say_unknown(const struct dicom_reading *r, const enum import_part *part,
                        struct err *err)
{
    struct text unknown = {0}, all = {0};

    list(r, part, false, &unknown);
    list(r, part, true, &all);
    return ERR_FAIL(err, ERR_FORMAT,
                    "what is %.160s? --segments NAME=LABEL tells, or NAME=- leaves it "
                    "out; it has %.200s",
                    unknown.at, all.at);
}

static bool has(const struct dicom_reading *r, const enum import_part *part,
                enum import_part wanted)
{
    for (size_t i = 0; i < r->regions; i++)
        if (part[i] == wanted)
            return true;
    return false;
}

bool import_paint_parts(const struct dicom_reading *r,
                        const struct import_segments *segments, enum import_part *part,
                        struct err *err)
{
    size_t taken = 0;

    for (size_t i = 0; i < r->regions; i++) {
        part[i] = import_segments_find(segments, &r->region[i]);
        taken += part[i] > IMPORT_NOTHING;
    }
    if (has(r, part, IMPORT_UNKNOWN))
        return say_unknown(r, part, err);
    if (taken == 0)
        return ERR_FAIL(err, ERR_FORMAT, "no segment or structure in it to take");
    if (has(r, part, IMPORT_EPI) && !has(r, part, IMPORT_CAVITY))
        return ERR_FAIL(err, ERR_FORMAT,
                        "the outer line of the wall (epi), but no inner one (endo, "
                        "cavity)");
    return true;
}

/* ---- painting ---- */

struct paint {
    const struct dicom_reading *reading;
    const struct dicom_source *source;
    const enum import_part *part;
    struct labels *labels;
    uint8_t *mask;  /* of one part */
    uint8_t *under; /* labels before scar was painted */
};

static bool paint_part(const struct paint *p, enum import_part part, struct err *err)
{
    const size_t n = grid_voxels(&p->labels->grid);
    const uint8_t label = (uint8_t)import_part_label(part);

    if (!has(p->reading, p->part, part))
        return true;
    memset(p->mask, 0, n);
    for (size_t i = 0; i < p->reading->regions; i++)
        if (p->part[i] == part &&
            !dicom_reading_place(p->reading, i, p->source, p->mask, err))
            return false;
    for (size_t v = 0; v < n; v++)
        if (p->mask[v])
            p->labels->vox[v] = label;
    return true;
}

/* Some draw scar within the myocardium, some take it out of it: then only what lies in
 * blood is where it cannot be. */
static size_t count_outside(const struct paint *p)
{
    size_t wall = 0, blood = 0, scar = 0;

    for (size_t v = 0; v < grid_voxels(&p->labels->grid); v++) {
        if (!label_in(p->labels->vox[v], LABELS_SCAR))
            continue;
        scar++;
        wall += p->under[v] == LABEL_MYOCARDIUM;
        blood += p->under[v] == LABEL_LV_BLOOD || p->under[v] == LABEL_RV_BLOOD;
    }
    const bool within = has(p->reading, p->part, IMPORT_EPI) || 2 * wall >= scar;
    return within ? scar - wall : blood;
}

static bool has_label(const struct labels *l, enum label label)
{
    for (size_t v = 0; v < grid_voxels(&l->grid); v++)
        if (l->vox[v] == label)
            return true;
    return false;
}

/* What the reader drew.  An empty segment says that there is no scar, but of the rest
 * that it was not drawn. */
static unsigned labelled_of(const struct paint *p)
{
    unsigned set = 0;

    for (size_t i = 0; i < p->reading->regions; i++) {
        const enum label label = import_part_label(p->part[i]);
        if (p->part[i] <= IMPORT_NOTHING)
            continue;
        if (label_in((uint8_t)label, LABELS_MYOCARDIUM) || has_label(p->labels, label))
            set |= LABEL_BIT(label);
    }
    return set;
}

static bool paint_all(struct paint *p, struct import_painted *out, struct err *err)
{
    for (int part = IMPORT_EPI; part < IMPORT_PARTS; part++) {
        if (part == IMPORT_SCAR)
            memcpy(p->under, p->labels->vox, grid_voxels(&p->labels->grid));
        if (!paint_part(p, (enum import_part)part, err))
            return false;
    }
    *out = (struct import_painted){labelled_of(p), count_outside(p)};
    return true;
}

bool import_paint(const struct dicom_reading *reading,
                  const struct import_segments *segments,
                  const struct dicom_source *source, struct labels *out,
                  struct import_painted *painted, struct err *err)
{
    struct labels labels = {0};
    enum import_part *part = mem_alloc(reading->regions, sizeof *part, err);
    bool ok = part && import_paint_parts(reading, segments, part, err) &&
              labels_alloc(&source->grid, &labels, err);
    const size_t n = ok ? grid_voxels(&labels.grid) : 0;
    uint8_t *mask = ok ? mem_alloc(n, 2, err) : NULL;
    struct paint p = {reading, source, part, &labels, mask, mask ? mask + n : NULL};

    ok = mask && paint_all(&p, painted, err);
    if (ok) {
        *out = labels;
        labels = (struct labels){0}; /* moved */
    }
    labels_clear(&labels);
    mem_free(mask);
    mem_free(part);
    return ok;
}

#include "cli/paint_cohort.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/sha256.h"
#include "base/version.h"
#include "cli/input_read.h"
#include "geom/components.h"
#include "geom/orient.h"
#include "image/nifti.h"
#include "measure/levels.h"
#include "measure/plane.h"
#include "sim/folder.h"
#include "unet/dataset.h"

enum {
    FORMAT = 2, /* of the folder and of what a copy is: count up with any change */
    STREAM_INDEX = 203,
    MAX_TABLE = 64 * 1024 * 1024,
    LONGEST_ID = 56,
};

static const char PAINTED[] = "painted by Cicatrix on a real patient's images";
enum { IMAGES, LABELS, FOLDERS };
static const char *const folders[FOLDERS] = {"images", "labels"};

struct maker {
    const struct paint_cohort_plan *plan;
    struct cohort cohort; /* of the sources */
    size_t *row;          /* owned; rows that are painted */
    size_t rows;
};

static const char *cell(const struct cohort *c, size_t row, const char *column)
{
    const char *text = cohort_get(c, row, column);
    return text ? text : "";
}

static size_t row_of(const struct maker *m, int64_t i)
{
    return m->row[i / m->plan->copies];
}

static int copy_of(const struct maker *m, int64_t i)
{
    return (int)(i % m->plan->copies) + 1;
}

static void id_of(const void *maker, int64_t i, char id[AT_LEAST(SIM_FOLDER_ID)])
{
    const struct maker *m = maker;
    (void)snprintf(id, SIM_FOLDER_ID, "%.*s-p%d", (int)LONGEST_ID,
                   cell(&m->cohort, row_of(m, i), "id"), copy_of(m, i));
}

/* A number that names a copy of a patient: FNV-1a of his id, then the copy. */
static uint64_t index_of(const char *id, int copy)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *c = id; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
    struct rng r = rng_make(hash, (uint64_t)copy, STREAM_INDEX);
    return rng_u64(&r);
}

/* How the slices of a stack lie in the heart. */
static bool find_frame(const struct labels *labels, struct sim_paint_frame *out,
                       struct err *err)
{
    struct labels filled = {0};
    struct measure_plane plane;
    bool ok = false;
    const struct geom_order order = geom_order_slices_last(&labels->grid);
    enum measure_level *level =
        mem_alloc((size_t)labels->grid.dim[2], sizeof *level, err);
    if (!level || !labels_alloc(&labels->grid, &filled, err))
        goto done;
    if (!geom_order_is_identity(&order)) {
        err_record(err, ERR_SUPPORT, "its slices are not along the third axis");
        goto done;
    }
    memcpy(filled.vox, labels->vox, grid_voxels(&labels->grid));
    if (!geom_fill_holes(&filled, LABELS_MYOCARDIUM, LABEL_LV_BLOOD, err) ||
        !measure_levels_find(&filled, level, &out->apex_last, err))
        goto done;
    measure_plane_make(&labels->grid, out->apex_last, &plane);
    memcpy(out->to_mm, plane.to_mm, sizeof out->to_mm);
    ok = true;
done:
    labels_clear(&filled);
    mem_free(level);
    return ok;
}

/* ---- one copy ---- */

struct copy {
    struct image image; /* of the source */
    struct labels labels;
    bool scarred;
    struct sim_paint_frame frame;
    struct sim_paint_plan plan;
    struct sim_paint_case made;
};

static bool read_source(const struct maker *m, size_t row, struct copy *c,
                        struct err *err)
{
    char *label = cohort_path(&m->cohort, row, "label", err);
    const bool ok = label && cohort_image(&m->cohort, row, &c->image, err) &&
                    nifti_read_labels(label, &c->labels, err) &&
                    find_frame(&c->labels, &c->frame, err);
    mem_free(label);
    if (!ok)
        return false;
    for (size_t v = 0; v < grid_voxels(&c->labels.grid); v++)
        c->scarred = c->scarred || label_in(c->labels.vox[v], LABELS_SCAR);
    return true;
}

/* In 16 bits over the range that there is. */
static bool write_image(const char *path, const struct image *image, struct err *err)
{
    float lo = image->vox[0], hi = lo;
    for (size_t v = 0; v < grid_voxels(&image->grid); v++) {
        lo = fminf(lo, image->vox[v]);
        hi = fmaxf(hi, image->vox[v]);
    }
    const double slope = fmax((double)hi - (double)lo, 1e-6) / 60000.0;
    return nifti_write_stored(path, image, slope, 0.5 * ((double)lo + (double)hi),
                              PAINTED, err);
}

/* Text of the source. */
static bool put_text(FILE *to, const char *text)
{
    return csv_write_text(to, text) && fputc(',', to) != EOF;
}

/* Cells of the source, as they are. */
static bool put_cells(const struct maker *m, size_t row, const char *const *column,
                      size_t columns, FILE *to)
{
    bool ok = true;
    for (size_t c = 0; c < columns; c++)
        ok = put_text(to, cell(&m->cohort, row, column[c])) && ok;
    return ok;
}

/* What is painted is exact: no-reflow, too, that the source's reader did not tell. */
static bool put_labelled(const struct copy *c, const char *labelled, FILE *to)
{
    const bool more = *labelled && !c->scarred && !strchr(labelled, '4');
    return fputs(*labelled ? labelled : "1234", to) >= 0 &&
           fputs(more ? "4," : ",", to) >= 0;
}

static bool put_row(const struct maker *m, int64_t i, const struct copy *c, FILE *to)
{
    static const char *const places[] = {"site", "vendor", "field_t"};
    static const char *const groups[] = {"fold", "group"};
    const size_t row = row_of(m, i);
    const struct sim_paint_case *made = &c->made;
    const struct sim_patient *p = &c->plan.patient;
    const char *labelled = cell(&m->cohort, row, "labelled");
    const char *root = cell(&m->cohort, row, "source_id"); /* painted already */
    char id[SIM_FOLDER_ID];
    id_of(m, i, id);
    fprintf(to, "%s,images/%s.nii.gz,labels/%s.nii.gz,", id, id, id);
    if (!put_cells(m, row, places, ARRAY_LEN(places), to) || fputs("train,", to) < 0 ||
        !put_cells(m, row, groups, ARRAY_LEN(groups), to) ||
        !put_labelled(c, labelled, to) ||
        !put_text(to, *root ? root : cell(&m->cohort, row, "id")))
        return false;
    fprintf(to, "%s,%s,%.4f,", c->scarred ? "kept" : sim_paint_pattern_name(p->pattern),
            c->plan.thick ? sim_subtype_name(p->subtype) : "thin", p->burden);
    return fprintf(
               to, "%.4f,%.3f,%.3f,%.2f,%.2f,%.3f,%.3f,%.4g,%.3f,%.3f,%" PRIu64 ",%d\n",
               made->percent_lge, made->scar_ml, made->myocardium_ml, made->max_wall_mm,
               made->target_wall_mm, made->amount, made->min_jacobian, made->signal,
               made->signal > 0.0 ? c->plan.contrast : 0.0, c->plan.blood,
               m->plan->seed, copy_of(m, i)) > 0;
}

static void put_names(const void *maker, FILE *to)
{
    (void)maker;
    fputs("id,image,label,site,vendor,field_t,split,fold,group,labelled,source_id,"
          "pattern,morphology,burden,percent_lge,scar_ml,myocardium_ml,max_wall_mm,"
          "target_wall_mm,growth,min_jacobian,signal,contrast_sd,blood,seed,copy\n",
          to);
}

static bool write_row(const struct maker *m, int64_t i, const struct copy *c,
                      const char *path, struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    (void)put_row(m, i, c, w.stream); /* the commit sees failures, with the cause */
    return file_writer_commit(&w, err);
}

static bool make_copy(const void *maker, int64_t i, char *const *file, struct err *err)
{
    const struct maker *m = maker;
    const size_t row = row_of(m, i);
    const char *id = cell(&m->cohort, row, "id");
    struct copy c = {0};
    bool ok = read_source(m, row, &c, err);
    if (ok) {
        sim_paint_draw(m->plan->seed, index_of(id, copy_of(m, i)), c.scarred,
                       &m->plan->shares, &c.plan);
        ok = sim_paint_make(&c.image, &c.labels, &c.frame, &c.plan, &c.made, err);
    }
    if (!ok)
        err_prefix(err, "%s", id);
    ok = ok && write_image(file[IMAGES], &c.made.image, err) &&
         nifti_write_labels(file[LABELS], &c.made.labels, err) &&
         write_row(m, i, &c, file[FOLDERS], err);
    image_clear(&c.image);
    labels_clear(&c.labels);
    sim_paint_clear(&c.made);
    return ok;
}

/* ---- all of them ---- */

/* Where scar was not drawn a heart may have some: no copy of it has an exact truth. */
static bool is_chosen(const struct maker *m, size_t row, bool *chosen, struct err *err)
{
    const char *split = m->plan->split, *group = m->plan->group;
    uint32_t drawn = 0;
    *chosen = *cell(&m->cohort, row, "label") &&
              (!split || strcmp(cell(&m->cohort, row, "split"), split) == 0) &&
              (!group || strcmp(cell(&m->cohort, row, "group"), group) == 0);
    if (!*chosen)
        return true;
    if (!dataset_labelled(&m->cohort, row, &drawn, err)) {
        err_prefix(err, "%s: %s", m->plan->table, cell(&m->cohort, row, "id"));
        return false;
    }
    *chosen = label_in(LABEL_SCAR, drawn);
    return true;
}

static bool choose_rows(struct maker *m, struct err *err)
{
    const char *split = m->plan->split, *group = m->plan->group;
    m->row = mem_alloc(m->cohort.rows, sizeof *m->row, err);
    if (!m->row)
        return false;
    for (size_t r = 0; r < m->cohort.rows; r++) {
        const char *id = cell(&m->cohort, r, "id");
        bool chosen = false;
        if (!is_chosen(m, r, &chosen, err))
            return false;
        if (!chosen)
            continue;
        if (strlen(id) > LONGEST_ID)
            return ERR_FAIL(err, ERR_SUPPORT, "%s: id '%s' is too long for its copies",
                            m->plan->table, id);
        m->row[m->rows++] = r;
    }
    if (m->rows == 0)
        return ERR_FAIL(
            err, ERR_FORMAT,
            "%s: no patient with a label%s%s%s%s, or none whose reader drew scar",
            m->plan->table, split ? " in split " : "", split ? split : "",
            group ? " in group " : "", group ? group : "");
    return true;
}

/* What was asked for, and of which sources. */
static bool identify(const struct maker *m, char *text, size_t size, struct err *err)
{
    const struct paint_cohort_plan *p = m->plan;
    char hex[SHA256_HEX];
    struct bytes table = {0};
    const bool ok = file_read(p->table, MAX_TABLE, &table, err) &&
                    sha256_hex(table.data, table.size, hex, err);
    bytes_clear(&table);
    if (ok)
        (void)snprintf(text, size,
                       "cicatrix paint %s, format %d, seed %" PRIu64
                       ", plain %.4f, infarct %.4f, sources %.16s%s%.60s%s%.60s",
                       version_number(), (int)FORMAT, p->seed, p->shares.plain,
                       p->shares.infarct, hex, p->split ? ", split " : "",
                       p->split ? p->split : "", p->group ? ", group " : "",
                       p->group ? p->group : "");
    return ok;
}

bool paint_cohort_write(const struct paint_cohort_plan *plan, struct err *err)
{
    struct maker m = {.plan = plan};
    char identity[240];
    bool ok = false;

    if (!cohort_read(plan->table, &m.cohort, err) || !choose_rows(&m, err) ||
        !identify(&m, identity, sizeof identity, err))
        goto done;
    m.cohort.read_image = input_read_path;
    const struct sim_folder_plan folder = {
        .dir = plan->dir,
        .hidden = ".paint",
        .what = "a painted cohort",
        .identity = identity,
        .folder = folders,
        .folders = FOLDERS,
        .patients = (int64_t)m.rows * plan->copies,
        .threads = plan->threads,
        .report = plan->report,
        .user = plan->user,
        .maker = &m,
        .id = id_of,
        .make = make_copy,
        .names = put_names,
    };
    ok = sim_folder_write(&folder, err);
done:
    cohort_clear(&m.cohort);
    mem_free(m.row);
    return ok;
}

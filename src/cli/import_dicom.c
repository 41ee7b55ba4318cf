/* Series of DICOM files with readers' segmentations and contours. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/import_cohort.h"
#include "cli/import_paint.h"
#include "cli/say.h"
#include "dicom/reading_find.h"

/* No magnet for people is stronger; what is larger is in gauss. */
#define MAX_FIELD_T 20.0

struct run {
    const struct import_dicom *how;
    struct dicom_scan scan;
    struct dicom_stacks stacks;
    struct dicom_choice *choice; /* owned, as all here; [stacks.count] */
    size_t *object;  /* [stacks.count] member that was drawn on it, from 1 */
    size_t *outside; /* [stacks.count] see import_paint.h */
    size_t faulty;   /* files and series; each has been named */
    size_t automatic,
        first_automatic; /* objects that nobody drew; a member, the first */
};

static void run_clear(struct run *r)
{
    dicom_scan_clear(&r->scan);
    dicom_stacks_clear(&r->stacks);
    mem_free(r->choice);
    mem_free(r->object);
    mem_free(r->outside);
}

static const struct dicom_place *place_of(const struct run *r, size_t member)
{
    return &r->scan.place[r->scan.member[member].place];
}

static const struct dicom_header *header_of(const struct run *r, size_t stack)
{
    return &r->scan.header[r->stacks.stack[stack].header];
}

static void say_faulty(struct run *r, const struct err *why)
{
    say_err(why);
    r->faulty++;
}

/* ---- which object is of which stack ---- */

static bool is_of_reader(const struct run *r, const struct dicom_reading *reading,
                         const struct dicom_header *h)
{
    const char *wanted = r->how->reader;

    return !wanted || dicom_text_has(reading->creator, wanted) ||
           dicom_text_has(reading->label, wanted) ||
           dicom_text_has(h->series.description, wanted);
}

static bool knows_parts(const struct run *r, const struct dicom_reading *reading,
                        struct err *err)
{
    enum import_part *part = mem_alloc(reading->regions, sizeof *part, err);
    const bool ok = part && import_paint_parts(reading, r->how->segments, part, err);

    mem_free(part);
    return ok;
}

static bool take_object(struct run *r, size_t member, int64_t stack, struct err *err)
{
    if (stack < 0)
        return ERR_FAIL(err, ERR_FORMAT,
                        "the images that it was drawn on are not here");
    if (r->choice[stack].kind != DICOM_KIND_LGE_SHORT_AXIS) {
        const struct dicom_place *p = place_of(r, member);
        say_warning("%s: left out, it was drawn on a series that is no short-axis LGE "
                    "(%s: %s)",
                    p->path, dicom_kind_name(r->choice[stack].kind),
                    r->choice[stack].why);
        return true;
    }
    if (r->object[stack] > 0)
        return ERR_FAIL(err, ERR_FORMAT,
                        "drawn on the same series as %s; --reader TEXT says which one "
                        "to take",
                        place_of(r, r->object[stack] - 1)->path);
    r->object[stack] = member + 1;
    return true;
}

/* As this program's own that were not corrected, and what came back from a PACS. */
static bool is_automatic(const struct dicom_reading *reading)
{
    for (size_t i = 0; i < reading->regions; i++)
        if (!reading->region[i].automatic)
            return false;
    return reading->regions > 0;
}

static bool join_object(struct run *r, size_t member, struct err *err)
{
    const struct dicom_header *h = &r->scan.header[r->scan.member[member].header];
    struct dicom_reading reading = {0};

    if (!dicom_reading_read(place_of(r, member), &reading, err))
        return false;
    bool ok = true;
    const bool wanted = is_of_reader(r, &reading, h);
    const int64_t stack =
        wanted ? dicom_reading_stack(&reading, h, &r->scan, &r->stacks, r->choice) : -1;
    if (wanted)
        ok = take_object(r, member, stack, err) && knows_parts(r, &reading, err);
    if (ok && wanted && r->object[stack] == member + 1 && is_automatic(&reading) &&
        r->automatic++ == 0)
        r->first_automatic = member;
    dicom_reading_clear(&reading);
    if (!ok)
        dicom_view_blame(place_of(r, member), err);
    return ok;
}

/* The same object once more, under another name. */
static bool is_copy(const struct dicom_scan *s, size_t member)
{
    const char *uid = s->member[member].instance.sop_instance;

    for (size_t m = 0; m < member; m++)
        if (dicom_reading_is(s->member[m].instance.sop_class) &&
            strcmp(s->member[m].instance.sop_instance, uid) == 0)
            return true;
    return false;
}

static void join_objects(struct run *r)
{
    for (size_t m = 0; m < r->scan.members; m++) {
        struct err why = {0};
        if (dicom_reading_is(r->scan.member[m].instance.sop_class) &&
            !is_copy(&r->scan, m) && !join_object(r, m, &why))
            say_faulty(r, &why);
    }
}

/* ---- cases ---- */

static const char *vendor_of(const char *manufacturer)
{
    static const struct {
        const char *words, *name;
    } vendors[] = {{"siemens", "Siemens"},
                   {"philips", "Philips"},
                   {" ge |general electric", "GE"},
                   {"canon|toshiba", "Canon"}};

    for (size_t v = 0; v < ARRAY_LEN(vendors); v++)
        if (dicom_text_has(manufacturer, vendors[v].words))
            return vendors[v].name;
    return manufacturer;
}

static bool describe(const struct run *r, size_t stack, struct import_case *c,
                     struct err *err)
{
    const struct dicom_stack *k = &r->stacks.stack[stack];
    const struct dicom_equipment *q = &header_of(r, stack)->equipment;
    const double field_t = r->scan.member[k->member].instance.field_t;
    char id[DICOM_CASE_ID];

    if (!dicom_case_id(&r->scan, &r->stacks, stack, id, err))
        return false;
    if (strlen(id) > IMPORT_MAX_ID)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: the id is longer than %d characters", id,
                        IMPORT_MAX_ID);
    memcpy(c->id, id, strlen(id) + 1);
    c->field_t = field_t > 0.0 && field_t < MAX_FIELD_T ? field_t : 0.0;
    c->origin = stack;
    c->image = mem_strdup(place_of(r, k->member)->path, err);
    c->site = mem_strdup(r->how->site ? r->how->site : q->institution, err);
    c->vendor =
        mem_strdup(r->how->vendor ? r->how->vendor : vendor_of(q->manufacturer), err);
    return c->image && c->site && c->vendor;
}

static bool add_case(const struct run *r, size_t stack, struct import_cases *cases,
                     struct err *err)
{
    struct import_case c = {.origin = stack};
    bool ok = describe(r, stack, &c, err);

    if (ok && r->object[stack] > 0) {
        c.label = mem_strdup(place_of(r, r->object[stack] - 1)->path, err);
        ok = c.label != NULL;
    }
    if (ok)
        return import_cases_add(cases, &c, err);
    import_case_clear(&c);
    return false;
}

/* Has another series of this study been drawn on? */
static bool study_is_read(const struct run *r, size_t stack)
{
    for (size_t k = 0; k < r->stacks.count; k++)
        if (r->object[k] > 0 &&
            strcmp(header_of(r, k)->study.uid, header_of(r, stack)->study.uid) == 0)
            return true;
    return false;
}

static void say_refused(struct run *r, size_t stack)
{
    const struct dicom_stack *k = &r->stacks.stack[stack];
    struct err why = {0};

    err_record(&why, ERR_FORMAT, "%s: series %s: %s", place_of(r, k->member)->path,
               header_of(r, stack)->series.number, r->choice[stack].why);
    say_faulty(r, &why);
}

static void tell_left_out(const struct run *r, const struct import_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++)
        if (r->choice[cases->item[i].origin].left_out)
            say_warning("%s: slices of its series, or of its twin, do not fit and are "
                        "not in the image (cicatrix info tells more)",
                        cases->item[i].id);
}

static bool add_cases(struct run *r, struct import_cases *cases, struct err *err)
{
    for (size_t k = 0; k < r->stacks.count; k++) {
        if (r->object[k] == 0 && study_is_read(r, k))
            continue;
        if (r->choice[k].refused && r->object[k] == 0)
            say_refused(r, k);
        else if ((r->object[k] > 0 || r->choice[k].taken) &&
                 !add_case(r, k, cases, err))
            return false;
    }
    const struct import_case *twice = import_cases_sort(cases);
    return !twice || ERR_FAIL(err, ERR_FORMAT, "%s and %s are of series with one UID",
                              twice[-1].image, twice->image);
}

static bool same_patient(const struct dicom_header *a, const struct dicom_header *b)
{
    return strcmp(a->study.uid, b->study.uid) == 0 ||
           (a->patient.id[0] && strcmp(a->patient.id, b->patient.id) == 0 &&
            strcmp(a->patient.issuer, b->patient.issuer) == 0);
}

/* Cases of one patient get the id of the first as what they have in common. */
static void unite_patients(const struct run *r, struct import_cases *cases)
{
    size_t shared = 0;

    for (size_t i = 1; i < cases->count; i++) {
        struct import_case *c = &cases->item[i];
        for (size_t j = 0; j < i && !c->patient[0]; j++) {
            const struct import_case *of = &cases->item[j];
            if (same_patient(header_of(r, of->origin), header_of(r, c->origin)))
                memcpy(c->patient, of->patient[0] ? of->patient : of->id,
                       sizeof c->patient);
        }
        shared += c->patient[0] != '\0';
    }
    if (shared > 0)
        say_warning("%zu of %zu series are of a patient (by the study or patient ID) "
                    "who has another one here: they stay in one part of the split",
                    shared, cases->count);
}

/* ---- images and labels ---- */

static bool paint(struct run *r, struct import_case *c,
                  const struct dicom_source *source, struct labels *labels,
                  struct err *err)
{
    const struct dicom_place *place = place_of(r, r->object[c->origin] - 1);
    struct dicom_reading reading = {0};
    struct import_painted painted;

    if (!dicom_reading_read(place, &reading, err))
        return false;
    const bool ok =
        import_paint(&reading, r->how->segments, source, labels, &painted, err);
    dicom_reading_clear(&reading);
    if (!ok) {
        dicom_view_blame(place, err);
        return false;
    }
    c->labelled = painted.labelled;
    r->outside[c->origin] = painted.outside;
    return true;
}

static bool load(void *user, struct import_case *c, struct image *image,
                 struct labels *labels, struct err *err)
{
    struct run *r = user;
    struct dicom_source source = {0};
    bool ok =
        dicom_stack_image(&r->scan, &r->stacks.stack[c->origin], image, &source, err);

    /* what went wrong in a file names it already */
    if (!ok && !strstr(err->msg, c->image))
        err_prefix(err, "%s: series %s", c->image,
                   header_of(r, c->origin)->series.number);
    ok = ok && (!c->label || paint(r, c, &source, labels, err));
    dicom_source_clear(&source);
    return ok;
}

static void tell_outside(const struct run *r, const struct import_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        const struct import_case *c = &cases->item[i];
        struct grid grid;
        if (r->outside[c->origin] == 0 ||
            !dicom_stack_grid(&r->scan, &r->stacks.stack[c->origin], &grid, NULL))
            continue;
        say_warning("%s: %zu voxels (%.2f mL) of scar were drawn outside of the "
                    "myocardium; they stay scar",
                    c->id, r->outside[c->origin],
                    (double)r->outside[c->origin] * grid_voxel_ml(&grid));
    }
}

/* ---- all of it ---- */

static bool look(struct run *r, const char *out, struct err *err)
{
    if (!dicom_scan_read_all(r->how->source, r->how->sources, out, &r->scan, err) ||
        !dicom_stacks_find(&r->scan, &r->stacks, err))
        return false;
    const size_t n = r->stacks.count;
    if (!(r->choice = mem_alloc(n, sizeof *r->choice, err)) ||
        !(r->object = mem_alloc(n, sizeof *r->object, err)) ||
        !(r->outside = mem_alloc(n, sizeof *r->outside, err)))
        return false;
    dicom_choose(&r->scan, &r->stacks, DICOM_PREFER_PSIR, r->choice);
    for (size_t i = 0; i < r->scan.bads; i++)
        say_faulty(r, &r->scan.bad[i]);
    return true;
}

static bool check_found(const struct run *r, const struct import_cases *cases,
                        struct err *err)
{
    if (r->faulty > 0)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%zu files or series are faulty; nothing was written",
                        r->faulty);
    return cases->count > 0 ||
           ERR_FAIL(err, ERR_FORMAT,
                    "%s: no short-axis LGE series (cicatrix info tells what is there)",
                    r->how->source[0]);
}

bool import_dicom(const struct import_dicom *how, const struct import_request *request,
                  struct import_counts *out, struct err *err)
{
    struct run r = {.how = how};
    struct import_cases cases = {0};
    const struct import_about about = {"", "", NULL, load, &r};
    bool ok = look(&r, request->out, err);

    if (ok) {
        join_objects(&r);
        ok = add_cases(&r, &cases, err) && check_found(&r, &cases, err);
    }
    if (ok && r.automatic > 0)
        say_warning(
            "%s%s: drawn by a program and corrected by nobody (AUTOMATIC): no truth "
            "to train on or to judge by; --reader TEXT tells readers apart",
            place_of(&r, r.first_automatic)->path, r.automatic > 1 ? ", ..." : "");
    if (ok) {
        unite_patients(&r, &cases);
        tell_left_out(&r, &cases);
        ok = import_cohort(&cases, &about, request, out, err);
    }
    if (ok)
        tell_outside(&r, &cases);
    import_cases_clear(&cases);
    run_clear(&r);
    return ok;
}

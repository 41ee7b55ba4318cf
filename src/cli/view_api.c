#include "cli/view_api.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/version.h"
#include "cli/predict_rows.h"
#include "cli/results_folder.h"
#include "cli/say.h"
#include "cli/view_draft.h"
#include "report/json_out.h"

enum { STATUS_OK = 200, STATUS_BAD = 400, STATUS_FORBIDDEN = 403, STATUS_NONE = 404 };
enum { STATUS_METHOD = 405, STATUS_FAILED = 500 };

static const char CASES[] = "/api/cases";

/* ---- the patients ---- */

void view_clear(struct view *view)
{
    view_case_close(&view->now);
    for (size_t i = 0; i < view->count; i++) {
        mem_free(view->patient[i].id);
        json_decref(view->patient[i].summary);
    }
    mem_free(view->patient);
    *view = (struct view){0};
}

static bool reserve(struct view *v, struct err *err)
{
    const size_t room = v->room > 0 ? 2 * v->room : 64;

    if (v->count < v->room)
        return true;
    struct view_patient *more = mem_grow(v->patient, v->room, room, sizeof *more, err);
    if (!more)
        return false;
    v->patient = more;
    v->room = room;
    return true;
}

/* A member of an object in the results, or null. */
static json_t *part(const json_t *root, const char *object, const char *key)
{
    json_t *value = json_object_get(json_object_get(root, object), key);
    return value ? json_incref(value) : json_null();
}

static json_t *summarise(const char *id, const json_t *root, struct err *err)
{
    static const char *const parts[][3] = {
        {"verdict", "quality", "verdict"},        {"reasons", "quality", "reasons"},
        {"myocardium_ml", "lv", "myocardium_ml"}, {"scar_ml", "scar", "ml"},
        {"percent_lge", "scar", "percent_lge"},   {"large", "scar", "large"},
    };
    json_t *o = json_object();
    bool ok = o && report_json_add(o, "id", report_json_text(id), err);

    for (size_t i = 0; ok && i < ARRAY_LEN(parts); i++)
        ok = report_json_add(o, parts[i][0], part(root, parts[i][1], parts[i][2]), err);
    if (ok)
        return o;
    json_decref(o);
    err_record(err, ERR_NOMEM, "%s: no memory", id);
    return NULL;
}

/* One whose results are damaged is said; the others are shown all the same. */
static bool add_patient(void *user, const char *id, struct err *err)
{
    struct view *v = user;
    struct patient_record record = {0};
    struct err damaged = {0};
    bool has = false;

    if (!predict_rows_has(v->folders.results, id, &has, err) || !reserve(v, err))
        return false;
    if (!has)
        return true;
    if (!predict_rows_record(v->folders.results, id, &record, &damaged)) {
        say_err(&damaged);
        return true;
    }
    struct view_patient *p = &v->patient[v->count++];
    *p = (struct view_patient){mem_strdup(id, err), summarise(id, record.root, err)};
    report_record_clear(&record);
    return p->id && p->summary;
}

bool view_list(struct view *view, struct err *err)
{
    const char *folder = view->folders.results;

    if (!results_folder_walk(folder, add_patient, view, err))
        return false;
    return view->count > 0 ||
           ERR_FAIL(err, ERR_FORMAT,
                    "%s: no results of cicatrix quantify in this folder", folder);
}

static const char *find_id(const struct view *v, const char *id, size_t length)
{
    for (size_t i = 0; i < v->count; i++)
        if (strlen(v->patient[i].id) == length &&
            memcmp(v->patient[i].id, id, length) == 0)
            return v->patient[i].id;
    return NULL;
}

/* ---- answers ---- */

static void put_bytes(struct web_answer *a, void *take, size_t size)
{
    *a = (struct web_answer){STATUS_OK, "application/octet-stream", take, size};
}

static void put_json(struct web_answer *a, int status, json_t *take)
{
    char *text = take ? json_dumps(take, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;

    a->status = STATUS_FAILED;
    a->type = "application/json";
    a->body = text ? mem_strdup(text, NULL) : NULL;
    if (a->body) {
        a->status = status;
        a->size = strlen(text);
    }
    free(text);
    json_decref(take);
}

static void put_error(struct web_answer *a, int status, const char *text)
{
    json_t *o = json_object();

    if (o && report_json_add(o, "error", report_json_text(text), NULL)) {
        put_json(a, status, o);
        return;
    }
    json_decref(o);
    a->status = STATUS_FAILED;
}

static void put_failure(struct web_answer *a, const struct err *err)
{
    put_error(a, err->code == ERR_ARG ? STATUS_BAD : STATUS_FAILED, err->msg);
}

/* ---- the list ---- */

static json_t *list_cases(struct view *v, struct err *err)
{
    json_t *all = json_array();
    bool ok = all != NULL;

    for (size_t i = 0; ok && i < v->count; i++) {
        const struct view_patient *p = &v->patient[i];
        const bool corrected = view_case_is_corrected(&v->folders, p->id);
        const bool has_draft = view_draft_is(&v->folders, p->id);
        ok = report_json_add(p->summary, "corrected", json_boolean(corrected), err) &&
             report_json_add(p->summary, "draft", json_boolean(has_draft), err) &&
             report_json_append(all, json_incref(p->summary), err);
    }
    if (ok)
        return all;
    json_decref(all);
    return NULL;
}

/* The same names may be in another folder when the server is started again. */
static json_t *place(const struct view *v)
{
    char *path = realpath(v->folders.results, NULL);
    json_t *text = report_json_text(path ? path : v->folders.results);

    free(path);
    return text;
}

static void answer_list(struct view *v, struct web_answer *a)
{
    struct err err = {0};
    json_t *o = json_pack("{s:{s:s, s:s}}", "program", "name", "cicatrix", "version",
                          version_number());

    if (o && report_json_add(o, "folder", report_json_text(v->folders.results), &err) &&
        report_json_add(o, "place", place(v), &err) &&
        report_json_add(o, "corrected", report_json_text(v->folders.corrected), &err) &&
        report_json_add(o, "cases", list_cases(v, &err), &err)) {
        put_json(a, STATUS_OK, o);
        return;
    }
    json_decref(o);
    put_failure(a, &err);
}

/* ---- one patient ---- */

/* The one who was asked for last stays open. */
static bool open_case(struct view *v, const char *id, struct err *err)
{
    if (strcmp(v->now.id, id) == 0)
        return true;
    view_case_close(&v->now);
    if (view_case_open(&v->folders, id, &v->now, err))
        return true;
    view_case_close(&v->now);
    return false;
}

static bool add_geometry(json_t *o, const struct view_case *c, struct err *err)
{
    const struct grid *g = &c->image.grid;
    json_t *pixel = json_array();

    if (pixel &&
        !(report_json_append(
              pixel, report_json_number(grid_edge_mm(g, 0), REPORT_DIGITS), err) &&
          report_json_append(
              pixel, report_json_number(grid_edge_mm(g, 1), REPORT_DIGITS), err))) {
        json_decref(pixel);
        pixel = NULL;
    }
    return report_json_add(o, "pixel_mm", pixel, err) &&
           report_json_add(o, "slices", json_integer(g->dim[2]), err) &&
           report_json_add(o, "rows", json_integer(g->dim[1]), err) &&
           report_json_add(o, "columns", json_integer(g->dim[0]), err) &&
           report_json_add(o, "slice_spacing_mm",
                           report_json_number(grid_slice_spacing_mm(g), REPORT_DIGITS),
                           err) &&
           report_json_add(o, "low", report_json_number(c->low, REPORT_DIGITS), err) &&
           report_json_add(o, "high", report_json_number(c->high, REPORT_DIGITS),
                           err) &&
           report_json_add(o, "flip", json_pack("[b, b]", c->flip[0], c->flip[1]), err);
}

/* results.json of the correction; null if there is none. */
static json_t *corrected_results(const struct view *v, struct err *err)
{
    struct patient_record record = {0};

    if (!view_case_is_corrected(&v->folders, v->now.id))
        return json_null();
    if (!predict_rows_record(v->folders.corrected, v->now.id, &record, err))
        return NULL;
    json_t *root = json_incref(record.root);
    report_record_clear(&record);
    return root;
}

static bool answer_case(struct view *v, struct web_answer *a, struct err *err)
{
    json_t *o = json_object();

    if (o && report_json_add(o, "id", report_json_text(v->now.id), err) &&
        add_geometry(o, &v->now, err) &&
        report_json_add(o, "read_only", json_boolean(!v->folders.corrected), err) &&
        report_json_add(o, "draft", json_boolean(view_draft_is(&v->folders, v->now.id)),
                        err) &&
        report_json_add(o, "results", json_incref(v->now.record.root), err) &&
        report_json_add(o, "corrected", corrected_results(v, err), err)) {
        put_json(a, STATUS_OK, o);
        return true;
    }
    json_decref(o);
    return false;
}

static bool answer_image(struct view *v, struct web_answer *a, struct err *err)
{
    const size_t n = grid_voxels(&v->now.image.grid);
    uint8_t *bytes = mem_alloc(n, sizeof(float), err);

    if (!bytes)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &v->now.image.vox[i], sizeof bits);
        for (size_t b = 0; b < sizeof bits; b++)
            bytes[sizeof bits * i + b] = (uint8_t)(bits >> (8 * b));
    }
    put_bytes(a, bytes, n * sizeof(float));
    return true;
}

static bool answer_drawn(struct view *v, struct web_answer *a, struct err *err)
{
    const size_t n = grid_voxels(&v->now.drawn.grid);
    uint8_t *bytes = mem_alloc(n, 1, err);

    if (!bytes)
        return false;
    memcpy(bytes, v->now.drawn.vox, n);
    put_bytes(a, bytes, n);
    return true;
}

/* What a reader drew, in the folder of corrections. */
struct drawing {
    bool (*is)(const struct view_folders *folders, const char *id);
    bool (*read)(const struct view_folders *folders, const struct view_case *c,
                 struct labels *out, struct err *err);
    const char *none;
};
static const struct drawing correction = {view_case_is_corrected, view_case_corrected,
                                          "there is no correction"};
static const struct drawing draft = {view_draft_is, view_draft_read,
                                     "there is no draft"};

static bool answer_drawing(struct view *v, const struct drawing *d,
                           struct web_answer *a, struct err *err)
{
    struct labels labels = {0};

    if (!d->is(&v->folders, v->now.id)) {
        put_error(a, STATUS_NONE, d->none);
        return true;
    }
    if (!d->read(&v->folders, &v->now, &labels, err))
        return false;
    put_bytes(a, labels.vox, grid_voxels(&labels.grid)); /* moved */
    return true;
}

static bool answer_keep_draft(struct view *v, const struct web_request *r,
                              struct web_answer *a, struct err *err)
{
    struct labels labels = {0};
    const bool ok = view_case_labels(&v->now, r->body, r->size, &labels, err) &&
                    view_draft_keep(&v->folders, &v->now, &labels, err);

    labels_clear(&labels);
    if (ok)
        put_json(a, STATUS_OK, json_object());
    return ok;
}

static bool answer_discard_draft(struct view *v, struct web_answer *a, struct err *err)
{
    if (!view_draft_discard(&v->folders, v->now.id, err))
        return false;
    put_json(a, STATUS_OK, json_object());
    return true;
}

static bool answer_measure(struct view *v, const struct web_request *r, bool kept,
                           struct web_answer *a, struct err *err)
{
    struct labels labels = {0};
    json_t *results = NULL;
    bool ok =
        view_case_labels(&v->now, r->body, r->size, &labels, err) &&
        view_case_measure(kept ? &v->folders : NULL, &v->now, &labels, &results, err);

    if (ok && kept) /* a draft may be another page's, which takes its own away */
        ok = view_case_write_table(&v->folders, err);
    labels_clear(&labels);
    if (ok)
        put_json(a, STATUS_OK, results);
    else
        json_decref(results);
    return ok;
}

static bool answer_discard(struct view *v, struct web_answer *a, struct err *err)
{
    if (!view_case_is_corrected(&v->folders, v->now.id)) {
        put_error(a, STATUS_NONE, correction.none);
        return true;
    }
    if (!view_case_discard(&v->folders, v->now.id, err) ||
        !view_case_write_table(&v->folders, err))
        return false;
    put_json(a, STATUS_OK, json_object());
    return true;
}

/* ---- which one is asked for ---- */

static bool is(const struct web_request *r, const char *method, const char *have,
               const char *want)
{
    return strcmp(r->method, method) == 0 && strcmp(have, want) == 0;
}

/* `what` is behind the id: "", "/image", ... */
static bool answer_patient(struct view *v, const struct web_request *r,
                           const char *what, struct web_answer *a, struct err *err)
{
    const bool get = strcmp(r->method, "GET") == 0;

    if (is(r, "GET", what, ""))
        return answer_case(v, a, err);
    if (is(r, "GET", what, "/image"))
        return answer_image(v, a, err);
    if (is(r, "GET", what, "/labels"))
        return answer_drawn(v, a, err);
    if (is(r, "GET", what, "/corrected"))
        return answer_drawing(v, &correction, a, err);
    if (is(r, "GET", what, "/draft"))
        return answer_drawing(v, &draft, a, err);
    if (is(r, "POST", what, "/measure"))
        return answer_measure(v, r, false, a, err);
    if (!get && !v->folders.corrected)
        put_error(a, STATUS_FORBIDDEN, "nothing is changed without -o");
    else if (is(r, "PUT", what, "/corrected"))
        return answer_measure(v, r, true, a, err);
    else if (is(r, "DELETE", what, "/corrected"))
        return answer_discard(v, a, err);
    else if (is(r, "PUT", what, "/draft"))
        return answer_keep_draft(v, r, a, err);
    else if (is(r, "DELETE", what, "/draft"))
        return answer_discard_draft(v, a, err);
    else
        put_error(a, get ? STATUS_NONE : STATUS_METHOD, "nothing to do here");
    return true;
}

void view_answer(void *user, const struct web_request *request,
                 struct web_answer *answer)
{
    struct view *v = user;
    const char *rest = request->path;
    struct err err = {0};

    if (is(request, "GET", rest, CASES)) {
        answer_list(v, answer);
        return;
    }
    const char *id = NULL;
    if (strncmp(rest, CASES, strlen(CASES)) == 0 && rest[strlen(CASES)] == '/') {
        rest += strlen(CASES) + 1;
        id = find_id(v, rest, strcspn(rest, "/"));
    }
    if (!id) {
        put_error(answer, STATUS_NONE, "not here");
        return;
    }
    if (open_case(v, id, &err) &&
        answer_patient(v, request, rest + strlen(id), answer, &err))
        return;
    say_err(&err);
    put_failure(answer, &err);
}

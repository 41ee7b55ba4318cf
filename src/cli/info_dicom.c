#include "cli/info_dicom.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/say.h"
#include "report/json_out.h"

static const char *const signals[] = {
    [DICOM_MAGNITUDE] = "magnitude",
    [DICOM_PHASE_SENSITIVE] = "phase-sensitive",
    [DICOM_PHASE] = "phase",
    [DICOM_OTHER_SIGNAL] = "-",
};

static const struct dicom_header *header_of(const struct input_dicom *d, size_t stack)
{
    return &d->scan.header[d->stacks.stack[stack].header];
}

/* What is odd in a stack beside `why`, where one of short-axis LGE that lacks slices
 * says so; a gap is uneven. */
static void note_oddities(const struct dicom_stack *k, const struct dicom_choice *c,
                          char *text, size_t size)
{
    size_t n = 0;

    text[0] = '\0';
    if (k->copies > 0)
        n = (size_t)snprintf(text, size, "; %zu copies", k->copies);
    if (k->gaps > 0 && c->kind != DICOM_KIND_LGE_SHORT_AXIS && n < size)
        n += (size_t)snprintf(text + n, size - n, "; %zu slices missing", k->gaps);
    if (k->gaps == 0 && k->off_grid_mm > 0.01 && n < size)
        (void)snprintf(text + n, size - n, "; uneven by %.2f mm", k->off_grid_mm);
}

static void print_line(const struct input_dicom *d, size_t i, bool verbose, FILE *to)
{
    const struct dicom_stack *k = &d->stacks.stack[i];
    const struct dicom_choice *c = &d->choice[i];
    const struct dicom_header *h = header_of(d, i);
    const struct dicom_instance *m = &d->scan.member[k->member].instance;
    char size[48] = "-", spacing[24] = "-", odd[96];

    if (k->planes > 0)
        (void)snprintf(size, sizeof size, "%zu x %d x %d", k->planes, m->rows,
                       m->columns);
    if (isfinite(k->spacing_mm))
        (void)snprintf(spacing, sizeof spacing, "%.4g", k->spacing_mm);
    note_oddities(k, c, odd, sizeof odd);
    fprintf(to, "%6s  %-15s %-14s %7s %6zu  %-15s  %-3s  %s%s%s%s  [%s]\n",
            h->series.number[0] ? h->series.number : "-", dicom_kind_name(c->kind),
            size, spacing, k->frames, k->planes > 0 ? signals[k->signal] : "-",
            c->taken ? "yes" : "no", c->why, odd, c->note[0] ? "; " : "", c->note,
            h->series.description);
    char id[DICOM_CASE_ID];
    if (verbose && dicom_case_id(&d->scan, &d->stacks, i, id, NULL)) {
        const struct input_ref ref = {.id = id, .dicom = d, .stack = i};
        fputs("        ", to);
        input_tell(&ref, to);
    }
}

/* A series number and where its stack stands. */
struct line {
    long number;
    size_t stack;
};

static int by_number(const void *a, const void *b)
{
    const struct line *x = a, *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->stack < y->stack ? -1 : x->stack > y->stack;
}

void info_dicom_print(const struct input_dicom *d, bool verbose, FILE *to)
{
    struct err err = {0};
    const size_t n = d->stacks.count;
    struct line *line = mem_alloc(n, sizeof *line, &err);

    say_name(to, d->word);
    fprintf(to, ": %zu DICOM files, %zu series\n", d->scan.members, d->scan.headers);
    fprintf(to, "%6s  %-15s %-14s %7s %6s  %-15s  %-3s  %s\n", "series", "kind",
            "slices", "mm", "frames", "signal", "", "why  [description]");
    for (size_t i = 0; line && i < n; i++)
        line[i] = (struct line){strtol(header_of(d, i)->series.number, NULL, 10), i};
    if (line && n > 1)
        qsort(line, n, sizeof *line, by_number);
    for (size_t i = 0; i < n; i++)
        print_line(d, line ? line[i].stack : i, verbose, to);
    mem_free(line);
    fprintf(to, "%zu of %zu would be taken by quantify\n", info_dicom_taken(d), n);
}

size_t info_dicom_taken(const struct input_dicom *d)
{
    size_t taken = 0;

    for (size_t i = 0; i < d->stacks.count; i++)
        taken += d->choice[i].taken;
    return taken;
}

static bool add_text(json_t *o, const char *key, const char *text, struct err *err)
{
    return report_json_add(o, key, report_json_text(text), err);
}

static bool add_count(json_t *o, const char *key, size_t n, struct err *err)
{
    return report_json_add(o, key, json_integer((json_int_t)n), err);
}

static bool add_patient(json_t *o, const struct dicom_header *h, struct err *err)
{
    return add_text(o, "patient_name", h->patient.name, err) &&
           add_text(o, "patient_id", h->patient.id, err) &&
           add_text(o, "study_uid", h->study.uid, err) &&
           add_text(o, "study_date", h->study.date, err);
}

static json_t *stack_json(const struct input_dicom *d, size_t i, bool verbose,
                          struct err *err)
{
    const struct dicom_stack *k = &d->stacks.stack[i];
    const struct dicom_choice *c = &d->choice[i];
    const struct dicom_header *h = header_of(d, i);
    const struct dicom_instance *m = &d->scan.member[k->member].instance;
    char id[DICOM_CASE_ID];
    json_t *o = json_object();

    if (dicom_case_id(&d->scan, &d->stacks, i, id, err) && add_text(o, "id", id, err) &&
        add_text(o, "path", d->word, err) && add_text(o, "format", "dicom", err) &&
        add_text(o, "series_uid", h->series.uid, err) &&
        add_text(o, "series_number", h->series.number, err) &&
        add_text(o, "description", h->series.description, err) &&
        add_text(o, "kind", dicom_kind_name(c->kind), err) &&
        add_text(o, "signal", signals[k->signal], err) &&
        add_count(o, "slices", k->planes, err) &&
        add_count(o, "rows", (size_t)m->rows, err) &&
        add_count(o, "columns", (size_t)m->columns, err) &&
        add_count(o, "frames", k->frames, err) &&
        add_count(o, "frames_at_one_position", k->repeats, err) &&
        add_count(o, "copies", k->copies, err) &&
        add_count(o, "missing_slices", k->gaps, err) &&
        report_json_add(o, "slice_spacing_mm",
                        report_json_number(k->spacing_mm, REPORT_DIGITS), err) &&
        add_text(o, "transfer_syntax", m->transfer_syntax, err) &&
        report_json_add(o, "quantify", json_boolean(c->taken), err) &&
        add_text(o, "reason", c->why, err) && add_text(o, "note", c->note, err) &&
        (!verbose || add_patient(o, h, err)))
        return o;
    json_decref(o);
    return NULL;
}

bool info_dicom_json(const struct input_dicom *d, bool verbose, json_t *array,
                     struct err *err)
{
    for (size_t i = 0; i < d->stacks.count; i++) {
        json_t *o = stack_json(d, i, verbose, err);
        if (!o || !report_json_append(array, o, err))
            return false;
    }
    return true;
}

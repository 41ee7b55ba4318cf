#include "dicom/series.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "base/vector.h"

static const double SAME_PLACE_MM = 0.05; /* between repeats of one slice */
static const double SAME_COSINE = 1e-3, SAME_PIXEL = 1e-3;

void dicom_stacks_clear(struct dicom_stacks *stacks)
{
    for (size_t i = 0; i < stacks->count; i++)
        mem_free(stacks->stack[i].plane);
    mem_free(stacks->stack);
    *stacks = (struct dicom_stacks){0};
}

/* ---- what kind of signal ---- */

static bool is_value(const char *types, const char *value)
{
    const size_t n = strlen(value);

    for (const char *at = types; at; at = strchr(at, '\\')) {
        at += *at == '\\';
        if (strncmp(at, value, n) == 0 && (at[n] == '\\' || !at[n]))
            return true;
    }
    return false;
}

/* Image type values that tell, in order: the first that is there decides. */
static enum dicom_signal signal_of(const struct dicom_frame *f)
{
    static const struct {
        const char *value;
        enum dicom_signal signal;
    } rules[] = {
        {"PSIR", DICOM_PHASE_SENSITIVE},
        {"PS", DICOM_PHASE_SENSITIVE},
        {"CR", DICOM_PHASE_SENSITIVE},
        {"R", DICOM_PHASE_SENSITIVE},
        {"R_IR", DICOM_PHASE_SENSITIVE},
        {"CR_IR", DICOM_PHASE_SENSITIVE},
        {"REAL", DICOM_PHASE_SENSITIVE},
        {"T1 MAP", DICOM_OTHER_SIGNAL},
        {"T2 MAP", DICOM_OTHER_SIGNAL},
        {"T2_STAR MAP", DICOM_OTHER_SIGNAL},
        {"ECV MAP", DICOM_OTHER_SIGNAL},
        {"I", DICOM_OTHER_SIGNAL},
        {"IMAGINARY", DICOM_OTHER_SIGNAL},
        {"M", DICOM_MAGNITUDE},
        {"M_IR", DICOM_MAGNITUDE},
        {"M_FFE", DICOM_MAGNITUDE},
        {"MAG", DICOM_MAGNITUDE},
        {"P", DICOM_PHASE},
        {"PHASE", DICOM_PHASE},
        {"VELOCITY MAP", DICOM_PHASE},
        {"PHASE MAP", DICOM_PHASE},
    };

    for (size_t r = 0; r < ARRAY_LEN(rules); r++)
        if (is_value(f->image_type, rules[r].value) ||
            strcmp(f->component, rules[r].value) == 0)
            return rules[r].signal;
    return DICOM_MAGNITUDE;
}

/* ---- groups ---- */

/* Frames of a stack while it is built: a list through `next`. */
enum { NONE = -1 };

struct group {
    size_t first;
    int64_t next; /* group of the same series */
    size_t count;
    bool one_place; /* all frames at one position */
    bool of_stack;  /* other series with just its name are other slices */
    bool clash;     /* one instance UID, different positions or sizes */
    enum dicom_signal signal;
};

struct grouping {
    const struct dicom_scan *scan;
    size_t *of; /* [planes]: the group of each */
    struct group *group;
    size_t count, room;
    int64_t *of_series; /* [headers]: the last group of each */
    size_t *in_series;  /* [headers]: how many */
    size_t *joins;      /* [count]: the group that one has become a part of */
};

static bool same_stack(const struct dicom_scan *s, const struct dicom_plane *a,
                       const struct dicom_plane *b)
{
    const struct dicom_instance *x = &s->member[a->member].instance,
                                *y = &s->member[b->member].instance;
    const struct dicom_frame *f = &a->frame, *g = &b->frame;

    if (x->rows != y->rows || x->columns != y->columns || f->placed != g->placed)
        return false;
    if (!f->placed)
        return true;
    for (int i = 0; i < 6; i++)
        if (fabs(f->orientation[i] - g->orientation[i]) > SAME_COSINE)
            return false;
    return fabs(f->row_mm - g->row_mm) <= SAME_PIXEL * f->row_mm &&
           fabs(f->column_mm - g->column_mm) <= SAME_PIXEL * f->column_mm;
}

static bool at_one_place(const struct dicom_frame *f, const struct dicom_frame *g)
{
    for (int a = 0; a < 3; a++)
        if (!(fabs(f->position_mm[a] - g->position_mm[a]) <= SAME_PLACE_MM))
            return false;
    return f->placed;
}

static bool assign(struct grouping *g, size_t p, struct err *err)
{
    const struct dicom_scan *s = g->scan;
    const struct dicom_plane *plane = &s->plane[p];
    const size_t series = s->member[plane->member].header;
    const enum dicom_signal signal = signal_of(&plane->frame);

    for (int64_t i = g->group ? g->of_series[series] : NONE; i != NONE;
         i = g->group[i].next)
        if (g->group[i].signal == signal &&
            same_stack(s, &s->plane[g->group[i].first], plane)) {
            const struct dicom_frame *first = &s->plane[g->group[i].first].frame;
            g->of[p] = (size_t)i;
            g->group[i].count++;
            g->group[i].one_place &= at_one_place(first, &plane->frame);
            return true;
        }
    if (g->in_series[series] == DICOM_MAX_STACKS_OF_SERIES)
        return ERR_FAIL(err, ERR_SUPPORT, "a series of more than %d orientations",
                        DICOM_MAX_STACKS_OF_SERIES);
    if (g->count == g->room) {
        const size_t room = g->room > 0 ? 2 * g->room : 16;
        struct group *grown = mem_grow(g->group, g->room, room, sizeof *grown, err);
        if (!grown)
            return false;
        g->group = grown;
        g->room = room;
    }
    g->group[g->count] = (struct group){.first = p,
                                        .next = g->of_series[series],
                                        .count = 1,
                                        .one_place = plane->frame.placed,
                                        .signal = signal};
    g->of_series[series] = (int64_t)g->count;
    g->in_series[series]++;
    g->of[p] = g->count++;
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* Equal but for digits: who names each breath-hold may count them ("LGE SAX 3"). */
static bool same_but_digits(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (isdigit((unsigned char)*a))
            a++;
        while (isdigit((unsigned char)*b))
            b++;
        if (*a != *b)
            return false;
        if (*a == '\0')
            return true;
    }
}

/* Could these series, of one slice each, be one acquisition? */
static bool same_acquisition(const struct dicom_header *a, const struct dicom_header *b,
                             bool counted)
{
    bool (*const same)(const char *, const char *) =
        counted ? same_but_digits : same_text;

    return strcmp(a->study.uid, b->study.uid) == 0 &&
           strcmp(a->patient.id, b->patient.id) == 0 &&
           strcmp(a->series.frame_of_reference, b->series.frame_of_reference) == 0 &&
           same(a->series.description, b->series.description) &&
           same(a->series.protocol, b->series.protocol);
}

static bool may_join(const struct grouping *g, size_t a, size_t b, bool counted)
{
    const struct dicom_scan *s = g->scan;
    const struct group *x = &g->group[a], *y = &g->group[b];
    const struct dicom_plane *p = &s->plane[x->first], *q = &s->plane[y->first];
    const size_t of = s->member[p->member].header, series = s->member[q->member].header;

    return x->one_place && y->one_place && of != series && x->signal == y->signal &&
           !(counted && (x->of_stack || y->of_stack)) &&
           same_acquisition(&s->header[of], &s->header[series], counted) &&
           same_stack(s, p, q);
}

/* Where each slice is a series of its own, the later ones join the first. */
static void join_slices(struct grouping *g, bool counted)
{
    const struct dicom_plane *plane = g->scan->plane;
    size_t *const joins = g->joins;

    for (size_t b = 0; b < g->count; b++)
        for (size_t a = 0; a < b && joins[b] == b; a++) {
            if (joins[a] != a || !may_join(g, a, b, counted))
                continue;
            joins[b] = a;
            g->group[a].count += g->group[b].count;
            g->group[b].count = 0;
            if (!counted && !at_one_place(&plane[g->group[a].first].frame,
                                          &plane[g->group[b].first].frame))
                g->group[a].of_stack = true;
        }
}

/* By the name alone, and what is left by the name but for digits: stacks that differ in
 * a number (minutes, say) stay two where each has a name of its own. */
static void join_all(struct grouping *g)
{
    for (size_t b = 0; b < g->count; b++)
        g->joins[b] = b;
    join_slices(g, false);
    join_slices(g, true);
    for (size_t p = 0; p < g->scan->planes; p++)
        while (g->joins[g->of[p]] != g->of[p])
            g->of[p] = g->joins[g->of[p]];
}

static void grouping_clear(struct grouping *g)
{
    mem_free(g->of);
    mem_free(g->group);
    mem_free(g->of_series);
    mem_free(g->in_series);
    mem_free(g->joins);
}

static bool group_all(struct grouping *g, struct err *err)
{
    const struct dicom_scan *s = g->scan;

    g->of = mem_alloc(s->planes, sizeof *g->of, err);
    g->of_series = mem_alloc(s->headers, sizeof *g->of_series, err);
    g->in_series = mem_alloc(s->headers, sizeof *g->in_series, err);
    if (!g->of || !g->of_series || !g->in_series)
        return false;
    for (size_t i = 0; i < s->headers; i++)
        g->of_series[i] = NONE;
    for (size_t p = 0; p < s->planes; p++)
        if (!assign(g, p, err))
            return false;
    g->joins = mem_alloc(g->count, sizeof *g->joins, err);
    if (!g->joins)
        return false;
    join_all(g);
    return true;
}

/* ---- one stack ---- */

/* A frame with what it is sorted by. */
struct entry {
    size_t plane;
    double along; /* mm on the normal */
    const char *instance;
    const struct dicom_frame *frame;
};

static struct entry entry_of(const struct dicom_scan *s, size_t plane)
{
    const struct dicom_plane *p = &s->plane[plane];
    return (struct entry){plane, 0.0, s->member[p->member].instance.sop_instance,
                          &p->frame};
}

static int compare(double a, double b)
{
    return (a > b) - (a < b);
}

/* Copies of an instance become neighbours, in the order of their paths. */
static int by_instance(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int order = strcmp(x->instance, y->instance);

    if (order != 0)
        return order;
    if (x->frame->number != y->frame->number)
        return x->frame->number < y->frame->number ? -1 : 1;
    return x->plane < y->plane ? -1 : x->plane > y->plane;
}

static double or_never(double seconds)
{
    return isfinite(seconds) ? seconds : -1.0;
}

/* By when they were acquired, as well as that is known. */
static int by_time(const struct entry *x, const struct entry *y)
{
    const struct dicom_frame *f = x->frame, *g = y->frame;
    int order = compare(or_never(f->acquired_s), or_never(g->acquired_s));

    if (order == 0)
        order = compare(f->temporal, g->temporal);
    if (order == 0)
        order = compare(or_never(f->trigger_ms), or_never(g->trigger_ms));
    if (order == 0)
        order = compare(f->instance_number, g->instance_number);
    return order != 0 ? order : by_instance(x, y);
}

static int by_place(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int order = compare(x->along, y->along);
    return order != 0 ? order : by_time(x, y);
}

/* How many different numbers, NAN not counted; sorts them. */
static size_t different(double *v, size_t n)
{
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(v[i]))
            v[kept++] = v[i];
    sort_doubles(v, kept);
    for (size_t i = 0; i < kept; i++)
        count += i == 0 || v[i] > v[i - 1] + 1e-3;
    return count;
}

/* Leave the copies out. */
static size_t unique(struct entry *e, size_t n)
{
    size_t kept = 0;

    qsort(e, n, sizeof *e, by_instance);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(e[kept - 1].instance, e[i].instance) != 0 ||
            e[kept - 1].frame->number != e[i].frame->number)
            e[kept++] = e[i];
    return kept;
}

/* Of each position the frame acquired last; `e` is sorted by place. */
static void choose_slices(const struct entry *e, size_t n, struct dicom_stack *k)
{
    for (size_t i = 0; i < n;) {
        size_t last = i, end = i + 1;
        while (end < n && e[end].along - e[i].along <= SAME_PLACE_MM) {
            if (by_time(&e[end], &e[last]) > 0)
                last = end;
            end++;
        }
        k->repeats = end - i > k->repeats ? end - i : k->repeats;
        k->plane[k->planes++] = e[last].plane;
        i = end;
    }
}

static const double *position(const struct dicom_scan *s, const struct dicom_stack *k,
                              size_t slice)
{
    return s->plane[k->plane[slice]].frame.position_mm;
}

/* Steps between slices: the usual one, holes, distance from an even grid. */
static void measure_steps(const struct dicom_scan *s, struct dicom_stack *k,
                          double *step)
{
    const size_t n = k->planes - 1;
    const double *first = position(s, k, 0), *last = position(s, k, n);

    for (size_t i = 0; i < n; i++)
        step[i] = vector_dot(k->normal, position(s, k, i + 1)) -
                  vector_dot(k->normal, position(s, k, i));
    sort_doubles(step, n);
    k->spacing_mm = step[n / 2];
    for (size_t i = 0; i < n; i++) {
        const double holes = floor(step[i] / k->spacing_mm + 0.5) - 1.0;
        k->gaps += holes > 0.0 ? (size_t)fmin(holes, 1e6) : 0;
    }
    for (size_t i = 1; i < n; i++) {
        double d2 = 0.0;
        for (int a = 0; a < 3; a++) {
            const double even = first[a] + (last[a] - first[a]) * (double)i / (double)n;
            d2 += (position(s, k, i)[a] - even) * (position(s, k, i)[a] - even);
        }
        k->off_grid_mm = fmax(k->off_grid_mm, sqrt(d2));
    }
}

static bool build(const struct dicom_scan *s, struct entry *e, size_t n,
                  struct dicom_stack *k, struct err *err)
{
    const struct dicom_frame *first = e[0].frame;
    double *number = mem_alloc(n, sizeof *number, err);

    k->plane = mem_alloc(n, sizeof *k->plane, err);
    if (!number || !k->plane) {
        mem_free(number);
        return false;
    }
    k->placed = first->placed;
    if (k->placed)
        vector_cross(first->orientation, first->orientation + 3, k->normal);
    k->frames = unique(e, n);
    k->copies = n - k->frames;
    for (size_t i = 0; i < k->frames; i++)
        e[i].along =
            k->placed ? vector_dot(k->normal, e[i].frame->position_mm) : (double)i;
    qsort(e, k->frames, sizeof *e, by_place);
    choose_slices(e, k->frames, k);
    for (size_t i = 0; i < k->frames; i++)
        number[i] = e[i].frame->inversion_ms;
    k->inversions = different(number, k->frames);
    for (size_t i = 0; i < k->frames; i++)
        number[i] = e[i].frame->trigger_ms;
    k->triggers = different(number, k->frames);
    k->spacing_mm = NAN;
    if (k->placed && k->planes > 1)
        measure_steps(s, k, number);
    mem_free(number);
    return true;
}

/* Are these, of one instance by its UID, really one? */
static bool are_copies(const struct dicom_scan *s, size_t a, size_t b)
{
    const struct dicom_plane *x = &s->plane[a], *y = &s->plane[b];

    return same_stack(s, x, y) &&
           (!x->frame.placed || at_one_place(&x->frame, &y->frame));
}

/* Tell the groups, also two of one series, whose frames share an instance but not their
 * place; sorts all frames. */
static void find_clashes(const struct grouping *g, struct entry *e)
{
    const struct dicom_scan *s = g->scan;

    qsort(e, s->planes, sizeof *e, by_instance);
    for (size_t i = 1; i < s->planes; i++) {
        const struct entry *x = &e[i - 1], *y = &e[i];
        const size_t a = g->of[x->plane], b = g->of[y->plane];
        const size_t of_a = s->member[s->plane[x->plane].member].header,
                     of_b = s->member[s->plane[y->plane].member].header;
        if (strcmp(x->instance, y->instance) == 0 &&
            x->frame->number == y->frame->number && (a == b || of_a == of_b) &&
            !are_copies(s, x->plane, y->plane))
            g->group[a].clash = g->group[b].clash = true;
    }
}

/* Frames by group, then the stacks. */
static bool build_all(const struct grouping *g, struct dicom_stacks *out,
                      struct err *err)
{
    const struct dicom_scan *s = g->scan;
    struct entry *entry = mem_alloc(s->planes, sizeof *entry, err);
    size_t *start = mem_alloc(g->count + 1, sizeof *start, err);
    bool ok = entry && start;

    for (size_t p = 0; ok && p < s->planes; p++)
        entry[p] = entry_of(s, p);
    if (ok && s->planes > 1)
        find_clashes(g, entry);
    for (size_t i = 0; ok && i < g->count; i++)
        start[i + 1] = start[i] + g->group[i].count;
    for (size_t p = s->planes; ok && p-- > 0;) /* from the end, so that start[i + 1]
                                                  comes down to where group i begins */
        entry[--start[g->of[p] + 1]] = entry_of(s, p);
    for (size_t i = 0; ok && i < g->count; i++) {
        if (g->group[i].count == 0)
            continue; /* joined another */
        struct dicom_stack *k = &out->stack[out->count++];
        k->signal = g->group[i].signal;
        k->clash = g->group[i].clash;
        ok = build(s, entry + start[i + 1], g->group[i].count, k, err);
        if (ok) {
            k->member = s->plane[k->plane[0]].member;
            k->header = s->member[k->member].header;
        }
    }
    mem_free(start);
    mem_free(entry);
    return ok;
}

bool dicom_stacks_find(const struct dicom_scan *scan, struct dicom_stacks *out,
                       struct err *err)
{
    struct grouping g = {.scan = scan};
    struct dicom_stacks stacks = {0};
    bool ok = group_all(&g, err);

    if (ok) {
        stacks.stack = mem_alloc(g.count + scan->headers, sizeof *stacks.stack, err);
        ok = stacks.stack && build_all(&g, &stacks, err);
    }
    /* Series without a picture: reports and the like. */
    for (size_t m = 0; ok && m < scan->members; m++) {
        const size_t h = scan->member[m].header;
        if (g.in_series[h] == 0) {
            stacks.stack[stacks.count++] =
                (struct dicom_stack){.header = h,
                                     .member = m,
                                     .spacing_mm = NAN,
                                     .signal = DICOM_OTHER_SIGNAL};
            g.in_series[h] = 1;
        }
    }
    grouping_clear(&g);
    if (!ok) {
        dicom_stacks_clear(&stacks);
        return false;
    }
    *out = stacks;
    return true;
}

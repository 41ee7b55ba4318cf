#include "dicom/choose.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"

static const double SAME_PLACE_MM = 0.1; /* of slices of twins */
static const double MAX_LGE_ECHO_MS = 20.0;
static const double DEGREES = 57.295779513082321;

/* From base to apex in DICOM's frame, the mean of what is usual: to the left, to the
 * front, down.  Axial, coronal and sagittal planes are 53 to 57 degrees away, long axes
 * about 90. */
static const double LONG_AXIS[3] = {0.58, -0.60, -0.55};

const char *dicom_kind_name(enum dicom_kind kind)
{
    static const char *const names[DICOM_KIND_COUNT] = {
        [DICOM_KIND_LGE_SHORT_AXIS] = "LGE short axis",
        [DICOM_KIND_LGE_LONG_AXIS] = "LGE long axis",
        [DICOM_KIND_LGE_OTHER] = "LGE other plane",
        [DICOM_KIND_LOCALISER] = "localiser",
        [DICOM_KIND_CINE] = "cine",
        [DICOM_KIND_TI_SCOUT] = "TI scout",
        [DICOM_KIND_MAP] = "mapping",
        [DICOM_KIND_PERFUSION] = "perfusion",
        [DICOM_KIND_FLOW] = "flow",
        [DICOM_KIND_ANATOMY] = "anatomy",
        [DICOM_KIND_PHASE] = "phase",
        [DICOM_KIND_DERIVED] = "derived",
        [DICOM_KIND_OTHER_MR] = "other MR",
        [DICOM_KIND_UNREADABLE] = "not readable",
        [DICOM_KIND_NOT_MR] = "not MR",
        [DICOM_KIND_RESULT] = "result",
    };
    const unsigned k = (unsigned)kind;
    return k < DICOM_KIND_COUNT ? names[k] : "unknown";
}

bool dicom_prefer_parse(const char *word, enum dicom_prefer *out, struct err *err)
{
    const bool psir = strcmp(word, "psir") == 0;

    if (!psir && strcmp(word, "magnitude") != 0)
        return ERR_FAIL(err, ERR_ARG, "%s: not psir or magnitude", word);
    *out = psir ? DICOM_PREFER_PSIR : DICOM_PREFER_MAGNITUDE;
    return true;
}

/* What the rules look at. */
struct subject {
    const struct dicom_stack *stack;
    const struct dicom_header *header;
    const struct dicom_instance *instance;
    const struct dicom_frame *frame; /* the first; NULL for what is no image */
    char text[4 * DICOM_TEXT];       /* all that the series calls itself */
};

typedef bool rule_test(const struct subject *s);

struct rule {
    enum dicom_kind kind;
    rule_test *test;   /* NULL: always */
    const char *words; /* NULL: none asked for; else also one of these in the text */
    const char *why;
};

/* ---- tests ---- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_document(const struct subject *s)
{
    static const char *const classes[] = {
        "1.2.840.10008.5.1.4.1.1.66",  /* segmentation, surfaces, registration */
        "1.2.840.10008.5.1.4.1.1.88",  /* structured reports */
        "1.2.840.10008.5.1.4.1.1.104", /* documents: PDF, CDA, STL */
        "1.2.840.10008.5.1.4.1.1.11",  /* presentation states */
        "1.2.840.10008.5.1.4.1.1.7",   /* secondary capture */
    };

    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (begins(s->instance->sop_class, classes[i]))
            return true;
    return false;
}

static bool is_no_image(const struct subject *s)
{
    return s->frame == NULL;
}

static bool is_not_mr(const struct subject *s)
{
    return !begins(s->instance->sop_class, "1.2.840.10008.5.1.4.1.1.4") ||
           strcmp(s->header->series.modality, "MR") != 0;
}

static bool is_spectroscopy(const struct subject *s)
{
    return strcmp(s->instance->sop_class, "1.2.840.10008.5.1.4.1.1.4.2") == 0;
}

static bool is_mosaic(const struct subject *s)
{
    return s->instance->mosaic;
}

static bool is_colour(const struct subject *s)
{
    return s->instance->samples != 1 ||
           strcmp(s->instance->photometric, "MONOCHROME2") != 0;
}

static bool is_inverted(const struct subject *s)
{
    return s->instance->samples == 1 &&
           strcmp(s->instance->photometric, "MONOCHROME1") == 0;
}

static bool has_odd_bits(const struct subject *s)
{
    const struct dicom_instance *i = s->instance;
    return (i->bits_allocated != 8 && i->bits_allocated != 16) || i->bits_stored < 8;
}

static bool is_not_placed(const struct subject *s)
{
    return !s->stack->placed;
}

static bool is_reformat(const struct subject *s)
{
    return dicom_text_has(s->frame->image_type, " MPR | MIP |PROJECTION|SCREEN SAVE");
}

static bool calls_itself_localiser(const struct subject *s)
{
    return dicom_text_has(s->frame->image_type, "LOCALIZER");
}

static bool is_map(const struct subject *s)
{
    return dicom_text_has(s->frame->image_type, " MAP|T1 FIT|\\ECV");
}

static bool is_inversion_recovery(const struct subject *s)
{
    const double ti = s->frame->inversion_ms;
    return (ti >= 100.0 && ti <= 900.0) ||
           dicom_text_has(s->instance->scanning_sequence, " IR ") ||
           dicom_text_has(s->instance->sequence_name, " ir |_ir|ir_");
}

static bool has_many_inversions(const struct subject *s)
{
    return s->stack->repeats >= 4 &&
           (s->stack->inversions >= 4 ||
            (is_inversion_recovery(s) && s->stack->triggers >= 4));
}

/* At one position over and over. */
static bool is_time_resolved(const struct subject *s)
{
    return s->stack->repeats >= 8;
}

/* A space before or after a word: no letter there (see dicom_text_has). */
#define WORDS_MAGNITUDE " mag |magnitude"
#define WORDS_PSIR "psir|ps_ir|psmde|ps mde|phase sens"
#define WORDS_LATE                                                                     \
    " lge |late gad|late enh|late_|spaet|spät|delayed|delay "                         \
    "enh|mde|tardif|" WORDS_PSIR
#define WORDS_NOT_LATE                                                                 \
    " t2|stir|tirm| tir |tse |fse |double ir|triple ir|edema|ödem|odem|early| ege "
#define WORDS_FRENCH_DE " axe de base |coupe de |coupes de | de la | de l'| de repos "

/* Siemens calls the phase-sensitive images of a psir protocol phase images. */
static bool is_phase(const struct subject *s)
{
    return s->stack->signal == DICOM_PHASE && !dicom_text_has(s->text, WORDS_PSIR);
}

static bool is_other_signal(const struct subject *s)
{
    return s->stack->signal == DICOM_OTHER_SIGNAL;
}

static bool is_phase_sensitive(const struct subject *s)
{
    return s->stack->signal == DICOM_PHASE_SENSITIVE;
}

/* Late enhancement is seen in gradient echoes after a few milliseconds. */
static bool is_not_gradient_echo(const struct subject *s)
{
    return s->frame->echo_ms > MAX_LGE_ECHO_MS ||
           dicom_text_has(s->instance->scanning_sequence, " SE ");
}

/* By a word that is used for other images, and by none that says late enhancement. */
static bool is_named_otherwise(const struct subject *s)
{
    return dicom_text_has(s->text, WORDS_NOT_LATE) &&
           !dicom_text_has(s->text, WORDS_LATE "| late ");
}

/* " de " for delayed enhancement, but for the French word. */
static bool says_de(const struct subject *s)
{
    return dicom_text_has(s->text, " de ") && !dicom_text_has(s->text, WORDS_FRENCH_DE);
}

/* ---- the tables ---- */

#define WORDS_LGE                                                                      \
    WORDS_LATE                                                                         \
    "|dhe| dema|viab|scar|narbe|infarct|infarkt|necros|rehaussement|post gad|postgad"
#define WORDS_LONG_AXIS                                                                \
    "2ch|3ch|4ch|2 ch|3 ch|4 ch|2-ch|3-ch|4-ch|2_ch|3_ch|4_ch|2kam|3kam|4kam|2-kam|"   \
    "3-kam|4-kam|chamber| cham | lax |long ax|long_ax|longax|lange achse| hla | vla |" \
    "lvot|grand axe"
#define WORDS_SHORT_AXIS "sax|short|kurz| ksa | sa |petit axe| shax "

/* In order; the first that holds decides. */
static const struct rule rules[] = {
    {DICOM_KIND_RESULT, is_document, NULL, "a result, not an acquisition"},
    {DICOM_KIND_RESULT, is_no_image, NULL, "no image"},
    {DICOM_KIND_NOT_MR, is_not_mr, NULL, "another modality"},
    {DICOM_KIND_NOT_MR, is_spectroscopy, NULL, "spectroscopy"},
    {DICOM_KIND_UNREADABLE, is_mosaic, NULL, "a mosaic of slices in one picture"},
    {DICOM_KIND_UNREADABLE, is_inverted, NULL, "inverted grey (MONOCHROME1)"},
    {DICOM_KIND_UNREADABLE, is_colour, NULL, "not plain grey"},
    {DICOM_KIND_UNREADABLE, has_odd_bits, NULL, "not 8 to 16 bits a pixel"},
    {DICOM_KIND_LOCALISER, calls_itself_localiser, NULL, "its image type"},
    {DICOM_KIND_UNREADABLE, is_not_placed, NULL,
     "no position, orientation or pixel spacing"},
    {DICOM_KIND_TI_SCOUT, NULL,
     "ti scout|ti_scout|tiscout|ti-scout|scout_ti|scout ti|look "
     "lock|look-lock|looklock|"
     "look_lock|tisc|cine ir|cine_ir|ir_cine|ir cine|ti search|find ti",
     "its name"},
    {DICOM_KIND_MAP, is_map, NULL, "its image type"},
    {DICOM_KIND_MAP, NULL,
     "molli|shmolli|sasha|t1map|t1 map|t1_map|t2map|t2 map|t2_map|t2*| ecv |mapping|"
     "t2star|smart1",
     "its name"},
    {DICOM_KIND_TI_SCOUT, has_many_inversions, NULL,
     "many inversion times at one position"},
    {DICOM_KIND_PERFUSION, NULL,
     "perf|first pass|first_pass|firstpass|dynamic|stress| rest ", "its name"},
    {DICOM_KIND_FLOW, NULL, "flow|venc|phase contrast| pc | pca |fluss|qflow",
     "its name"},
    {DICOM_KIND_CINE, NULL,
     "cine|trufi_retro|_retro|fiesta|b-tfe|btfe|b_tfe|bffe|bh_ssfp|realtime|tagging",
     "its name"},
    {DICOM_KIND_CINE, is_time_resolved, NULL, "many frames at one position"},
    {DICOM_KIND_PHASE, is_other_signal, NULL, "its image type"},
    {DICOM_KIND_PHASE, is_phase, NULL, "its image type"},
    {DICOM_KIND_DERIVED, is_reformat, NULL, "derived from another series"},
    {DICOM_KIND_LOCALISER, NULL, "locali|lokali|survey|scout| loc | plan ", "its name"},
    {DICOM_KIND_ANATOMY, is_not_gradient_echo, NULL, "spin echoes or a long echo time"},
    {DICOM_KIND_OTHER_MR, is_named_otherwise, "early| ege ", "early enhancement"},
    {DICOM_KIND_ANATOMY, is_named_otherwise, NULL, "its name"},
    {DICOM_KIND_LGE_OTHER, NULL, WORDS_LGE, "its name"},
    {DICOM_KIND_LGE_OTHER, says_de, NULL, "its name"},
    {DICOM_KIND_LGE_OTHER, is_phase_sensitive, NULL, "phase-sensitive recovery"},
    {DICOM_KIND_ANATOMY, NULL,
     "haste|stir|tirm| tse |black|dark blood|t2w|t2_|angio| mra |navi|"
     "3dwh|whole heart|vibe|dixon|care_bolus|carebolus|bolus",
     "its name"},
    {DICOM_KIND_LGE_OTHER, is_inversion_recovery, NULL, "its inversion pulse"},
    {DICOM_KIND_OTHER_MR, NULL, NULL, "no rule knows it"},
};

static bool holds(const struct rule *r, const struct subject *s)
{
    return (!r->test || r->test(s)) && (!r->words || dicom_text_has(s->text, r->words));
}

/* ---- orientation ---- */

static double off_long_axis_deg(const struct dicom_stack *k)
{
    double dot = 0.0, length = 0.0;

    for (int a = 0; a < 3; a++) {
        dot += k->normal[a] * LONG_AXIS[a];
        length += LONG_AXIS[a] * LONG_AXIS[a];
    }
    return acos(fmin(1.0, fabs(dot) / sqrt(length))) * DEGREES;
}

/* Of late enhancement: which plane. */
static void judge_plane(const struct subject *s, struct dicom_choice *c)
{
    const double off = off_long_axis_deg(s->stack);
    const bool named = dicom_text_has(s->text, WORDS_SHORT_AXIS);

    if (dicom_text_has(s->text, WORDS_LONG_AXIS)) {
        c->kind = DICOM_KIND_LGE_LONG_AXIS;
        (void)snprintf(c->why, sizeof c->why, "its name");
    } else if (named || off <= DICOM_SHORT_AXIS_DEG) {
        c->kind = DICOM_KIND_LGE_SHORT_AXIS;
        (void)snprintf(c->why, sizeof c->why, "its name");
        if (!named)
            (void)snprintf(c->why, sizeof c->why,
                           "its normal is %.0f degrees off the usual long axis", off);
    } else {
        c->kind = off > 70.0 ? DICOM_KIND_LGE_LONG_AXIS : DICOM_KIND_LGE_OTHER;
        (void)snprintf(c->why, sizeof c->why,
                       "its normal is %.0f degrees off the usual long axis", off);
    }
}

/* May this short-axis stack be measured?  A reason against, in `why`. */
static void judge_stack(const struct dicom_scan *scan, const struct subject *s,
                        struct dicom_choice *c)
{
    struct grid grid;
    struct err err = {0};

    if (s->stack->planes < DICOM_MIN_SLICES && !s->stack->clash) {
        (void)snprintf(c->why, sizeof c->why, "only %zu slice%s", s->stack->planes,
                       s->stack->planes == 1 ? "" : "s");
        return;
    }
    if (!dicom_stack_grid(scan, s->stack, &grid, &err)) {
        (void)snprintf(c->why, sizeof c->why, "%.150s", err.msg);
        return;
    }
    c->taken = true;
    if (s->stack->repeats > 1)
        (void)snprintf(c->why, sizeof c->why,
                       "%zu frames at one position: the last acquired",
                       s->stack->repeats);
}

/* GE's protocol is that of the whole examination, the same in every series: beside a
 * description it tells nothing of this one. */
static const char *own_protocol(const struct dicom_header *h)
{
    const bool of_all =
        dicom_text_has(h->equipment.manufacturer, "ge medical|ge health") ||
        strcmp(h->equipment.manufacturer, "GE") == 0;
    return of_all && h->series.description[0] ? "" : h->series.protocol;
}

static void judge(const struct dicom_scan *scan, const struct dicom_stack *k,
                  struct dicom_choice *c)
{
    struct subject s = {k, &scan->header[k->header], &scan->member[k->member].instance,
                        k->planes > 0 ? &scan->plane[k->plane[0]].frame : NULL, ""};
    const struct rule *r = rules;

    (void)snprintf(s.text, sizeof s.text, "%s | %s | %s", s.header->series.description,
                   own_protocol(s.header), s.instance->sequence_name);
    while (!holds(r, &s)) /* the last always does */
        r++;
    *c = (struct dicom_choice){.kind = r->kind, .twin = -1};
    (void)snprintf(c->why, sizeof c->why, "%s", r->why);
    if (r->kind == DICOM_KIND_LGE_OTHER) {
        judge_plane(&s, c);
        if (c->kind == DICOM_KIND_LGE_SHORT_AXIS)
            judge_stack(scan, &s, c);
    }
}

/* ---- twins ---- */

/* Is this where a slice of the stack is? */
static bool has_position(const struct dicom_scan *scan, const struct dicom_stack *k,
                         const double at_mm[static 3])
{
    for (size_t s = 0; s < k->planes; s++) {
        const double *own = scan->plane[k->plane[s]].frame.position_mm;
        bool same = true;
        for (int i = 0; i < 3; i++)
            same = same && fabs(own[i] - at_mm[i]) <= SAME_PLACE_MM;
        if (same)
            return true;
    }
    return false;
}

static bool is_called(const struct dicom_scan *scan, const struct dicom_stack *k,
                      const char *words)
{
    return dicom_text_has(scan->header[k->header].series.description, words);
}

/* Not only by what one of them does not say. */
static bool signals_differ(const struct dicom_scan *scan, const struct dicom_stack *a,
                           const struct dicom_stack *b)
{
    return a->signal != b->signal ||
           (is_called(scan, a, WORDS_MAGNITUDE) && is_called(scan, b, WORDS_PSIR)) ||
           (is_called(scan, b, WORDS_MAGNITUDE) && is_called(scan, a, WORDS_PSIR));
}

/* Slices of the same acquisition?  One of the two may lack some. */
static bool are_twins(const struct dicom_scan *scan, const struct dicom_stack *a,
                      const struct dicom_stack *b)
{
    const struct dicom_header *x = &scan->header[a->header],
                              *y = &scan->header[b->header];
    const struct dicom_stack *few = a->planes <= b->planes ? a : b,
                             *many = few == a ? b : a;

    if (strcmp(x->study.uid, y->study.uid) != 0 ||
        strcmp(x->patient.id, y->patient.id) != 0 ||
        strcmp(x->series.frame_of_reference, y->series.frame_of_reference) != 0 ||
        (few->planes < many->planes && !signals_differ(scan, a, b)))
        return false;
    for (size_t k = 0; k < few->planes; k++)
        if (!has_position(scan, many, scan->plane[few->plane[k]].frame.position_mm))
            return false;
    return true;
}

/* How sure it is that these are the phase-sensitive ones of two twins.  The protocol of
 * both may be called psir; the magnitude is told by its description. */
static int sensitivity(const struct dicom_scan *scan, const struct dicom_stack *k)
{
    if (is_called(scan, k, WORDS_MAGNITUDE))
        return 0;
    if (k->signal == DICOM_PHASE_SENSITIVE)
        return 3;
    if (k->signal == DICOM_PHASE)
        return 2;
    return is_called(scan, k, WORDS_PSIR) ? 1 : 0;
}

/* Add a clause to what somebody should know of a taken stack. */
static void note(struct dicom_choice *c, const char *fmt, ...) ATTR_PRINTF(2, 3);

static void note(struct dicom_choice *c, const char *fmt, ...)
{
    const size_t room = sizeof c->note;
    size_t n = strlen(c->note);
    va_list ap;

    if (n > 0)
        n += (size_t)snprintf(c->note + n, room - n, "; ");
    va_start(ap, fmt);
    if (n < room)
        (void)vsnprintf(c->note + n, room - n, fmt, ap);
    va_end(ap);
}

static const char *number_of(const struct dicom_scan *scan, const struct dicom_stack *k)
{
    return scan->header[k->header].series.number;
}

/* Two twins, one of which may be refused: the one that is kept knows of the other. */
static void leave_twin(const struct dicom_scan *scan, const struct dicom_stack *kept,
                       const struct dicom_stack *left, const char *signal,
                       bool preferred, struct dicom_choice *k, struct dicom_choice *l)
{
    const char *more = kept->planes > left->planes ? ", which has more slices" : "";

    if (!l->taken && preferred)
        note(k, "its %s twin, series %s, is not taken: %s", signal,
             number_of(scan, left), l->why);
    else if (kept->planes != left->planes)
        note(k, "its %s twin, series %s, has %zu slices, not %zu", signal,
             number_of(scan, left), left->planes, kept->planes);
    if (l->taken)
        (void)snprintf(l->why, sizeof l->why, "%s twin of series %s%s", signal,
                       number_of(scan, kept), more);
    k->left_out = k->left_out || kept->planes < left->planes;
    l->taken = false;
}

/* Does `a` stand in for a twin that it lost, and `b` is of that one's kind?  Then they
 * are two acquisitions, and both are measured. */
static bool stands_in(const struct dicom_scan *scan, const struct dicom_stacks *stacks,
                      size_t a, size_t b, enum dicom_prefer prefer,
                      const struct dicom_choice *choice)
{
    const struct dicom_stack *stack = stacks->stack;
    if (!choice[a].taken || choice[a].twin < 0)
        return false;
    const int own = sensitivity(scan, &stack[a]);
    const int lost = sensitivity(scan, &stack[choice[a].twin]);
    return lost == sensitivity(scan, &stack[b]) &&
           (prefer == DICOM_PREFER_PSIR ? lost > own : lost < own);
}

static void choose_twin(const struct dicom_scan *scan,
                        const struct dicom_stacks *stacks, size_t a, size_t b,
                        enum dicom_prefer prefer, struct dicom_choice *choice)
{
    const struct dicom_stack *stack = stacks->stack;
    const int x = sensitivity(scan, &stack[a]), y = sensitivity(scan, &stack[b]);

    const size_t psir = x > y ? a : b, magnitude = x > y ? b : a;
    const size_t wanted = prefer == DICOM_PREFER_PSIR ? psir : magnitude,
                 other = wanted == psir ? magnitude : psir;
    const bool swap =
        !choice[wanted].taken ||
        (choice[other].taken && stack[other].planes > stack[wanted].planes);
    const size_t kept = swap ? other : wanted, left = swap ? wanted : other;
    choice[left].twin = (int64_t)kept;
    choice[kept].twin = (int64_t)left;
    leave_twin(scan, &stack[kept], &stack[left],
               left == psir ? "phase-sensitive" : "magnitude", swap, &choice[kept],
               &choice[left]);
}

/* Short-axis LGE of which no twin is taken, of whatever use it is. */
static bool may_be_twin(const struct dicom_choice *c)
{
    return c->kind == DICOM_KIND_LGE_SHORT_AXIS && (c->taken || c->twin < 0);
}

/* How far two acquisitions are apart: images of one are of the same moment, and mostly
 * of neighbouring numbers. */
struct apart {
    double seconds; /* 0: not said */
    int twins;      /* of the two have a twin already */
    int64_t numbers, first;
};

/* Of its series; what is no usual number is none. */
static int64_t small_number(const struct dicom_scan *scan, const struct dicom_stack *k)
{
    const long v = strtol(number_of(scan, k), NULL, 10);
    return v >= 0 && v <= 999999 ? v : 0;
}

static struct apart apart_of(const struct dicom_scan *scan,
                             const struct dicom_stacks *stacks, size_t a, size_t b,
                             const struct dicom_choice *choice)
{
    const struct dicom_stack *k = &stacks->stack[a], *l = &stacks->stack[b];
    const double s = fabs(scan->plane[k->plane[0]].frame.acquired_s -
                          scan->plane[l->plane[0]].frame.acquired_s);
    const int64_t x = small_number(scan, k), y = small_number(scan, l);
    return (struct apart){isfinite(s) ? s : 0.0,
                          (choice[a].twin >= 0) + (choice[b].twin >= 0),
                          x > y ? x - y : y - x, x < y ? x : y};
}

static bool is_nearer(const struct apart *a, const struct apart *b)
{
    if (a->seconds < b->seconds || a->seconds > b->seconds)
        return a->seconds < b->seconds;
    if (a->twins != b->twins)
        return a->twins < b->twins;
    if (a->numbers != b->numbers)
        return a->numbers < b->numbers;
    return a->first < b->first;
}

/* Could one of the two take the other's place? */
static bool are_rivals(const struct dicom_scan *scan, const struct dicom_stacks *stacks,
                       size_t a, size_t b, enum dicom_prefer prefer,
                       const struct dicom_choice *choice)
{
    const struct dicom_header *x = &scan->header[stacks->stack[a].header],
                              *y = &scan->header[stacks->stack[b].header];
    return a != b && may_be_twin(&choice[a]) && may_be_twin(&choice[b]) &&
           (choice[a].taken || choice[b].taken) &&
           strcmp(x->study.uid, y->study.uid) == 0 && /* of an archive most are not */
           sensitivity(scan, &stacks->stack[a]) !=
               sensitivity(scan, &stacks->stack[b]) &&
           !stands_in(scan, stacks, a, b, prefer, choice) &&
           !stands_in(scan, stacks, b, a, prefer, choice) &&
           are_twins(scan, &stacks->stack[a], &stacks->stack[b]);
}

/* The nearest rival; `a` itself if there is none. */
static size_t nearest(const struct dicom_scan *scan, const struct dicom_stacks *stacks,
                      size_t a, enum dicom_prefer prefer,
                      const struct dicom_choice *choice)
{
    struct apart least = {0};
    size_t best = a;
    for (size_t b = 0; b < stacks->count && may_be_twin(&choice[a]); b++) {
        if (!are_rivals(scan, stacks, a, b, prefer, choice))
            continue;
        const struct apart d = apart_of(scan, stacks, a, b, choice);
        if (best == a || is_nearer(&d, &least)) {
            least = d;
            best = b;
        }
    }
    return best;
}

/* Pairs that are nearest to each other first, whatever the order of files: of a stack
 * that was acquired twice each has its own twin. */
static void choose_twins(const struct dicom_scan *scan,
                         const struct dicom_stacks *stacks, enum dicom_prefer prefer,
                         struct dicom_choice *choice)
{
    bool again = true;
    while (again) { /* every pair leaves one that is no twin any more */
        again = false;
        for (size_t a = 0; a < stacks->count; a++) {
            const size_t b = nearest(scan, stacks, a, prefer, choice);
            if (b == a || nearest(scan, stacks, b, prefer, choice) != a)
                continue;
            choose_twin(scan, stacks, a, b, prefer, choice);
            again = true;
        }
    }
}

/* ---- what lies beside a taken stack ---- */

static bool of_one_series(const struct dicom_scan *scan, const struct dicom_stack *a,
                          const struct dicom_stack *b)
{
    const struct dicom_header *x = &scan->header[a->header],
                              *y = &scan->header[b->header];

    return strcmp(x->series.uid, y->series.uid) == 0 &&
           strcmp(x->study.uid, y->study.uid) == 0 &&
           strcmp(x->patient.id, y->patient.id) == 0;
}

/* Slices that the scanner took for the same stack, but that are not in it: no input of
 * their own.  Who measures the stack should know, not who measures its twin. */
static void find_left_out(const struct dicom_scan *scan,
                          const struct dicom_stacks *stacks, size_t of,
                          struct dicom_choice *choice)
{
    const struct dicom_stack *own = &stacks->stack[of];

    for (size_t i = 0; i < stacks->count; i++) {
        const struct dicom_stack *k = &stacks->stack[i];
        struct dicom_choice *c = &choice[i];
        const bool apart = c->kind == DICOM_KIND_LGE_SHORT_AXIS;
        if (i == of || c->twin >= 0 || k->planes == 0 || k->signal != own->signal ||
            !(apart || c->kind == DICOM_KIND_UNREADABLE) ||
            !of_one_series(scan, own, k))
            continue;
        c->refused = false;
        if (!choice[of].taken)
            continue;
        choice[of].left_out = true;
        note(&choice[of], "%zu slice%s of its series %s left out: %s", k->planes,
             k->planes == 1 ? "" : "s", k->planes == 1 ? "is" : "are",
             apart ? "another size, spacing, direction or frame of reference" : c->why);
    }
}

void dicom_choose(const struct dicom_scan *scan, const struct dicom_stacks *stacks,
                  enum dicom_prefer prefer, struct dicom_choice *choice)
{
    for (size_t i = 0; i < stacks->count; i++)
        judge(scan, &stacks->stack[i], &choice[i]);
    choose_twins(scan, stacks, prefer, choice);
    for (size_t i = 0; i < stacks->count; i++)
        choice[i].refused = choice[i].kind == DICOM_KIND_LGE_SHORT_AXIS &&
                            !choice[i].taken && choice[i].twin < 0;
    for (size_t i = 0; i < stacks->count; i++)
        if (choice[i].taken || choice[i].twin >= 0)
            find_left_out(scan, stacks, i, choice);
}

/* The instance and frame of a stack whose identifier sorts first. */
static const struct dicom_plane *first_plane(const struct dicom_scan *scan,
                                             const struct dicom_stack *k)
{
    const struct dicom_plane *first = NULL;
    for (size_t i = 0; i < k->planes; i++) {
        const struct dicom_plane *p = &scan->plane[k->plane[i]];
        const int order =
            first ? strcmp(scan->member[p->member].instance.sop_instance,
                           scan->member[first->member].instance.sop_instance)
                  : -1;
        if (order < 0 || (order == 0 && p->frame.number < first->frame.number))
            first = p;
    }
    return first;
}

/* What is measured first. */
static int rank_of(enum dicom_signal signal)
{
    static const int rank[] = {[DICOM_MAGNITUDE] = 1,
                               [DICOM_PHASE_SENSITIVE] = 0,
                               [DICOM_PHASE] = 2,
                               [DICOM_OTHER_SIGNAL] = 3};
    return rank[signal];
}

/* Of two stacks of a series, by what is in them: the names and the order of files
 * differ from copy to copy. */
static bool comes_before(const struct dicom_scan *scan, const struct dicom_stack *a,
                         const struct dicom_stack *b)
{
    const struct dicom_plane *p = first_plane(scan, a), *q = first_plane(scan, b);
    if (!p || !q)
        return p && !q; /* what has no planes is no image */
    if (a->signal != b->signal)
        return rank_of(a->signal) < rank_of(b->signal);
    const int order = strcmp(scan->member[p->member].instance.sop_instance,
                             scan->member[q->member].instance.sop_instance);
    return order < 0 || (order == 0 && p->frame.number < q->frame.number);
}

bool dicom_case_id(const struct dicom_scan *scan, const struct dicom_stacks *stacks,
                   size_t stack, char id[static DICOM_CASE_ID], struct err *err)
{
    const size_t header = stacks->stack[stack].header;
    const struct dicom_series_module *s = &scan->header[header].series;
    const long number = strtol(s->number, NULL, 10);
    size_t nth = 1;
    char hex[SHA256_HEX], suffix[24] = "";

    for (size_t i = 0; i < stacks->count; i++)
        nth += i != stack && stacks->stack[i].header == header &&
               comes_before(scan, &stacks->stack[i], &stacks->stack[stack]);
    if (!sha256_hex(s->uid, strlen(s->uid), hex, err))
        return false;
    if (nth > 1)
        (void)snprintf(suffix, sizeof suffix, "-%zu", nth);
    (void)snprintf(id, DICOM_CASE_ID, "s%ld-%.12s%s",
                   number >= 0 && number <= 999999 ? number : 0, hex, suffix);
    return true;
}

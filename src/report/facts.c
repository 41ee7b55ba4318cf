#include "report/facts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum { MEASURES = 12, METHODS = 12, MOST_SCORE = 4, SHORT_HASH = 16 };

static const enum report_word SLICE_HEADS[REPORT_SLICE_COLUMNS] = {
    WORD_SLICE, WORD_LEVEL, WORD_MYOCARDIUM_ML, WORD_SCAR_ML, WORD_PERCENT};
static const enum report_word SEGMENT_HEADS[REPORT_SEGMENT_COLUMNS] = {
    WORD_SEGMENT, WORD_WALL_MEAN_MM,       WORD_WALL_MAX_MM,       WORD_SCAR_ML,
    WORD_PERCENT, WORD_TRANSMURALITY_MEAN, WORD_TRANSMURALITY_MAX, WORD_SCORE,
};

enum report_word report_facts_slice_note(const struct report_facts *facts)
{
    const char *format = facts->result->input.format;
    return format && strcmp(format, "dicom") == 0 ? WORD_SLICE_NOTE_DICOM
                                                  : WORD_SLICE_NOTE;
}

const enum report_word *report_facts_slice_heads(void)
{
    return SLICE_HEADS;
}

const enum report_word *report_facts_segment_heads(void)
{
    return SEGMENT_HEADS;
}

void report_facts_clear(struct report_facts *facts)
{
    report_cells_clear(&facts->measures);
    report_cells_clear(&facts->method);
    report_cells_clear(&facts->segments);
    report_cells_clear(&facts->slices);
}

/* ---- numbers as text ---- */

struct number {
    char text[48];
};

static struct number real(double v, int decimals)
{
    struct number n;

    if (isfinite(v))
        (void)snprintf(n.text, sizeof n.text, "%.*f", decimals,
                       fabs(v) < 0.5 * pow(10.0, -decimals) ? 0.0 : v);
    else
        (void)snprintf(n.text, sizeof n.text, "–");
    return n;
}

static struct number whole(int64_t v)
{
    struct number n;
    (void)snprintf(n.text, sizeof n.text, "%lld", (long long)v);
    return n;
}

/* ">15" as it is printed. */
static const char *rule_text(const struct patient_result *r)
{
    return r->scar.rule != NULL && strcmp(r->scar.rule, ">=15") == 0 ? "≥ 15" : "> 15";
}

static const char *or_dash(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : "–";
}

/* ---- a row of two cells ---- */

static void say(struct report_facts *f, struct report_cells *to, enum report_word name,
                const char *value)
{
    report_cells_add(to, (const char *const[]){report_word(f->lang, name), value});
}

/* The value is a sentence with up to 6 fields, ended by NULL. */
static void tell(struct report_facts *f, struct report_cells *to, enum report_word name,
                 enum report_word sentence, const char *const *arg)
{
    char value[REPORT_CELL];
    size_t args = 0;

    while (arg[args] != NULL)
        args++;
    report_words_fill(f->lang, sentence, arg, args, value, sizeof value);
    say(f, to, name, value);
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- measures ---- */

static void say_burden(struct report_facts *f)
{
    const struct patient_result *r = f->result;
    const double *interval = r->scar.percent_lge_interval90;
    char text[REPORT_CELL], name[REPORT_CELL], chance[REPORT_CELL];
    const struct number p = real(r->scar.probability_large, 2);
    const bool known = isfinite(r->lv->percent_lge);

    report_words_fill(f->lang, WORD_PERCENT_IS, ARGS(real(r->lv->percent_lge, 1).text),
                      1, text, sizeof text);
    say(f, &f->measures, WORD_PERCENT_LGE,
        known ? text : report_word(f->lang, WORD_NOT_AVAILABLE));
    if (isfinite(interval[0]) && isfinite(interval[1]))
        tell(f, &f->measures, WORD_INTERVAL, WORD_INTERVAL_IS,
             ARGS(real(interval[0], 1).text, real(interval[1], 1).text));
    else if (r->model.name != NULL && known)
        say(f, &f->measures, WORD_INTERVAL, report_word(f->lang, WORD_NOT_ESTIMATED));

    report_words_fill(f->lang, WORD_LARGE, ARGS(rule_text(r)), 1, name, sizeof name);
    report_words_fill(f->lang, WORD_PROBABILITY, ARGS(p.text), 1, chance,
                      sizeof chance);
    const bool with_chance = isfinite(r->scar.probability_large);
    (void)snprintf(text, sizeof text, "%s%s%s",
                   report_word(f->lang, !known          ? WORD_NOT_AVAILABLE
                                        : r->scar.large ? WORD_YES
                                                        : WORD_NO),
                   with_chance ? report_word(f->lang, WORD_LIST) : "",
                   with_chance ? chance : "");
    report_cells_add(&f->measures, (const char *const[]){name, text});
}

static void say_shape(struct report_facts *f, const struct measure_lv_shape *s)
{
    int32_t scarred = 0, present = 0, score = 0;

    for (int i = 0; i < MEASURE_SEGMENTS; i++) {
        present += s->segment[i].present ? 1 : 0;
        scarred += s->segment[i].present && s->segment[i].score > 0 ? 1 : 0;
        score += s->segment[i].present ? s->segment[i].score : 0;
    }
    if (isfinite(s->wall_max_mm) && s->wall_max_segment >= 1 &&
        s->wall_max_segment <= MEASURE_SEGMENTS)
        tell(f, &f->measures, WORD_WALL_MAX, WORD_WALL_MAX_IS,
             ARGS(real(s->wall_max_mm, 1).text,
                  whole((int64_t)s->wall_max_slice + 1).text,
                  whole(s->wall_max_segment).text,
                  report_word(f->lang, report_words_segment(s->wall_max_segment))));
    else
        say(f, &f->measures, WORD_WALL_MAX, report_word(f->lang, WORD_NOT_AVAILABLE));
    if (s->islands > 0)
        tell(f, &f->measures, WORD_ISLANDS, WORD_ISLANDS_ARE,
             ARGS(whole(s->islands).text, real(s->largest_island_ml, 1).text));
    else
        say(f, &f->measures, WORD_ISLANDS, "0");
    if (isfinite(s->share_subendocardial))
        tell(f, &f->measures, WORD_LAYERS, WORD_LAYERS_ARE,
             ARGS(real(100.0 * s->share_subendocardial, 0).text,
                  real(100.0 * s->share_midwall, 0).text,
                  real(100.0 * s->share_subepicardial, 0).text));
    if (present > 0)
        tell(f, &f->measures, WORD_SCARRED_SEGMENTS, WORD_SCARRED_SEGMENTS_ARE,
             ARGS(whole(scarred).text, whole(present).text, whole(score).text,
                  whole((int64_t)MOST_SCORE * present).text));
}

static void say_measures(struct report_facts *f)
{
    const struct lv_measure *lv = f->result->lv;

    say_burden(f);
    tell(f, &f->measures, WORD_SCAR, WORD_MASS_IS,
         ARGS(real(lv->scar_g, 1).text, real(lv->scar_ml, 1).text));
    if (lv->no_reflow_ml > 0.0)
        tell(f, &f->measures, WORD_NO_REFLOW, WORD_VOLUME_IS,
             ARGS(real(lv->no_reflow_ml, 1).text));
    tell(f, &f->measures, WORD_MYOCARDIUM, WORD_MASS_IS,
         ARGS(real(lv->myocardium_g, 1).text, real(lv->myocardium_ml, 1).text));
    tell(f, &f->measures, WORD_CAVITY, WORD_VOLUME_IS,
         ARGS(real(lv->blood_pool_ml, 1).text));
    if (f->result->shape != NULL)
        say_shape(f, f->result->shape);
}

/* ---- headlines ---- */

static void headline(struct report_facts *f, int number, enum report_word name,
                     const char *value, const char *first, const char *second)
{
    struct report_headline *h = &f->headline[number];

    h->name = report_word(f->lang, name);
    report_cells_copy(h->value, sizeof h->value, value);
    report_cells_copy(h->more[0], sizeof h->more[0], first);
    report_cells_copy(h->more[1], sizeof h->more[1], second);
}

/* Without myocardium there is nothing to weigh: 0 g would look like a result. */
static void mass_headline(struct report_facts *f, int number, enum report_word name,
                          double g, double ml)
{
    char value[REPORT_CELL], more[REPORT_CELL];

    (void)snprintf(value, sizeof value, "%s g", real(g, 1).text);
    (void)snprintf(more, sizeof more, "%s mL", real(ml, 1).text);
    if (f->result->lv->has_myocardium)
        headline(f, number, name, value, more, "");
    else
        headline(f, number, name, "–", report_word(f->lang, WORD_NOT_AVAILABLE), "");
}

static void say_headlines(struct report_facts *f)
{
    static const enum report_word verdict[] = {WORD_ACCEPT, WORD_REVIEW, WORD_REJECT};
    const struct patient_result *r = f->result;
    const double *interval = r->scar.percent_lge_interval90;
    const bool known = isfinite(r->lv->percent_lge);
    char value[REPORT_CELL], first[REPORT_CELL], second[REPORT_CELL] = "";

    report_words_fill(f->lang, WORD_PERCENT_IS, ARGS(real(r->lv->percent_lge, 1).text),
                      1, value, sizeof value);
    const bool with_chance = isfinite(r->scar.probability_large);
    report_words_fill(f->lang,
                      r->scar.large ? (with_chance ? WORD_LARGE_YES_P : WORD_LARGE_YES)
                      : with_chance ? WORD_LARGE_NO_P
                                    : WORD_LARGE_NO,
                      ARGS(rule_text(r), real(r->scar.probability_large, 2).text), 2,
                      first, sizeof first);
    if (isfinite(interval[0]) && isfinite(interval[1])) {
        char range[REPORT_CELL];
        report_words_fill(f->lang, WORD_INTERVAL_IS,
                          ARGS(real(interval[0], 1).text, real(interval[1], 1).text), 2,
                          range, sizeof range);
        (void)snprintf(second, sizeof second, "%.60s%.8s%.120s",
                       report_word(f->lang, WORD_INTERVAL),
                       report_word(f->lang, WORD_COLON), range);
    }
    headline(f, 0, WORD_PERCENT_LGE, known ? value : "–",
             known ? first : report_word(f->lang, WORD_NOT_AVAILABLE), second);
    mass_headline(f, 1, WORD_SCAR_MASS, r->lv->scar_g, r->lv->scar_ml);
    mass_headline(f, 2, WORD_MASS, r->lv->myocardium_g, r->lv->myocardium_ml);
    headline(f, 3, WORD_QUALITY, report_word(f->lang, verdict[r->quality.verdict]), "",
             "");
}

static void say_quality(struct report_facts *f)
{
    static const enum report_word meaning[] = {WORD_ACCEPT_MEANS, WORD_REVIEW_MEANS,
                                               WORD_REJECT_MEANS};
    const struct quality *q = &f->result->quality;
    const char *blank = f->lang == REPORT_ENGLISH ? " " : "";
    int said = 0;
    int at = snprintf(f->quality, sizeof f->quality, "%s",
                      report_word(f->lang, meaning[q->verdict]));

    for (int i = 0; i < QUALITY_REASONS; i++) {
        if (!q->reason[i] || at < 0 || at >= (int)sizeof f->quality)
            continue;
        at +=
            snprintf(f->quality + at, sizeof f->quality - (size_t)at, "%s%s",
                     said++ > 0 ? report_word(f->lang, WORD_LIST) : blank,
                     report_word(f->lang, report_words_reason((enum quality_reason)i)));
    }
}

/* ---- method ---- */

static void say_reference(struct report_facts *f, const struct measure_lv_shape *s)
{
    if (isfinite(s->angle_deg))
        tell(f, &f->method, WORD_REFERENCE, report_words_reference(s->reference),
             ARGS(real(s->angle_deg, 0).text));
}

static void say_method(struct report_facts *f)
{
    const struct patient_result *r = f->result;
    char hash[SHORT_HASH + 1];

    report_cells_copy(hash, sizeof hash, or_dash(r->model.sha256));
    if (r->model.name != NULL) {
        tell(f, &f->method, WORD_MODEL, WORD_MODEL_IS,
             ARGS(r->model.name, or_dash(r->model.arch), or_dash(r->model.precision)));
        say(f, &f->method, WORD_WEIGHTS, hash);
    }
    if (r->reader != NULL)
        say(f, &f->method, WORD_READER, r->reader);
    tell(f, &f->method, WORD_PROGRAM, WORD_PROGRAM_IS,
         ARGS(or_dash(r->program.name), or_dash(r->program.version),
              or_dash(r->program.commit)));
    if (r->input.path != NULL)
        say(f, &f->method, WORD_INPUT, file_name_of(r->input.path));
    tell(f, &f->method, WORD_IMAGE, WORD_IMAGE_IS,
         ARGS(whole(r->geometry.columns).text, whole(r->geometry.rows).text,
              whole(r->geometry.slices).text, real(r->geometry.pixel_mm[0], 2).text,
              real(r->geometry.pixel_mm[1], 2).text,
              real(r->geometry.slice_spacing_mm, 1).text));
    if (r->shading_taken_out)
        tell(f, &f->method, WORD_SHADING, WORD_SHADING_TAKEN_OUT,
             ARGS(real(r->shading, 2).text));
    if (r->shape != NULL)
        say_reference(f, r->shape);
    say(f, &f->method, WORD_RULE,
        report_word(f->lang, strcmp(rule_text(r), "> 15") == 0 ? WORD_RULE_ABOVE_15
                                                               : WORD_RULE_FROM_15));
    say(f, &f->method, WORD_DEFINITIONS, report_word(f->lang, WORD_DEFINITIONS_ARE));
}

/* ---- tables ---- */

static const char *level_of(const struct report_facts *f, int32_t slice)
{
    static const enum report_word name[] = {[MEASURE_BASAL] = WORD_BASAL,
                                            [MEASURE_MID] = WORD_MID,
                                            [MEASURE_APICAL] = WORD_APICAL,
                                            [MEASURE_APEX] = WORD_APEX};
    const struct measure_lv_shape *shape = f->result->shape;

    if (shape == NULL || slice >= shape->n_slices ||
        shape->level[slice] >= MEASURE_NO_LEVEL)
        return "–";
    return report_word(f->lang, name[shape->level[slice]]);
}

static bool fill_slices(struct report_facts *f, struct err *err)
{
    const struct lv_measure *lv = f->result->lv;

    if (!report_cells_new(REPORT_SLICE_COLUMNS, (size_t)lv->n_slices, &f->slices, err))
        return false;
    for (int32_t k = 0; k < lv->n_slices; k++) {
        const struct lv_slice *s = &lv->slices[k];
        report_cells_add(&f->slices,
                         ARGS(whole((int64_t)s->index + 1).text, level_of(f, k),
                              real(s->myocardium_ml, 2).text, real(s->scar_ml, 2).text,
                              real(s->percent_lge, 1).text));
    }
    return true;
}

static bool fill_segments(struct report_facts *f, struct err *err)
{
    const struct measure_lv_shape *shape = f->result->shape;

    for (int i = 0; i < MEASURE_SEGMENTS; i++)
        f->segment_percent[i] = (double)NAN;
    if (shape == NULL)
        return true;
    if (!report_cells_new(REPORT_SEGMENT_COLUMNS, MEASURE_SEGMENTS, &f->segments, err))
        return false;
    for (int i = 0; i < MEASURE_SEGMENTS; i++) {
        const struct measure_segment *s = &shape->segment[i];
        const double none = s->present ? 0.0 : (double)NAN; /* x + NaN: a dash */
        char name[REPORT_CELL];
        (void)snprintf(name, sizeof name, "%d  %s", i + 1,
                       report_word(f->lang, report_words_segment(i + 1)));
        f->segment_percent[i] = s->scar_percent + none;
        report_cells_add(&f->segments,
                         ARGS(name, real(s->wall_mm + none, 1).text,
                              real(s->wall_max_mm + none, 1).text,
                              real(s->scar_ml + none, 2).text,
                              real(s->scar_percent + none, 1).text,
                              real(100.0 * s->transmurality + none, 0).text,
                              real(100.0 * s->transmurality_max + none, 0).text,
                              real((double)s->score + none, 0).text));
    }
    return true;
}

bool report_facts_find(const struct patient_result *result, enum report_lang lang,
                       struct report_facts *out, struct err *err)
{
    struct report_facts f = {.lang = lang, .result = result};

    if (!report_cells_new(2, MEASURES, &f.measures, err) ||
        !report_cells_new(2, METHODS, &f.method, err) || !fill_slices(&f, err) ||
        !fill_segments(&f, err)) {
        report_facts_clear(&f);
        return false;
    }
    report_cells_copy(f.id, sizeof f.id, or_dash(result->input.id));
    say_headlines(&f);
    say_quality(&f);
    say_measures(&f);
    say_method(&f);
    *out = f; /* moved */
    return true;
}

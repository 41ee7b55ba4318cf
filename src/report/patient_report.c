#include "report/patient_report.h"

#include "report/patient_parts.h"

/* The scale of the bull's eye is the same for all patients, so that two can be laid
 * beside each other. */
static const double SCALE_TOP = 100.0; /* per cent */

bool report_patient_check(enum report_lang lang, struct err *err)
{
    const struct plot_sheet sheet = {.width_mm = 10.0,
                                     .height_mm = 10.0,
                                     .formats = 1u << PLOT_PDF,
                                     .image_dpi = 72.0,
                                     .han = lang == REPORT_CHINESE};
    struct plot_canvas *canvas = NULL;
    const bool ok = plot_canvas_open(&sheet, &canvas, err);

    plot_canvas_free(canvas);
    return ok;
}

static void prepare_eye(struct report_parts *p)
{
    const enum report_lang lang = p->report->lang;
    struct plot_bulls_eye *eye = &p->eye;

    for (int i = 0; i < MEASURE_SEGMENTS; i++)
        eye->value[i] = p->facts.segment_percent[i];
    eye->scale = (struct plot_axis){0.0, SCALE_TOP, NULL};
    eye->text = PLOT_BULLS_EYE_VALUES;
    eye->words = (struct plot_bulls_eye_words){
        report_word(lang, WORD_ANTERIOR), report_word(lang, WORD_SEPTAL),
        report_word(lang, WORD_INFERIOR), report_word(lang, WORD_LATERAL)};
}

bool report_patient_make(const struct patient_report *report, struct bytes *pdf,
                         struct bytes *html, struct err *err)
{
    const struct overlay_reading reading = {report->labels, NULL};
    const struct overlay overlay = {
        .image = report->image, .reading = &reading, .readings = 1};
    struct report_parts parts = {.report = report};
    struct bytes page = {0}, text = {0};
    bool ok = false;

    if (!report_scene_build(&overlay, &parts.scene, err) ||
        !report_facts_find(report->result, report->lang, &parts.facts, err) ||
        !report_key_slices_choose(report->labels, REPORT_KEY_IMAGES, parts.key,
                                  &parts.keys, err))
        goto done;
    prepare_eye(&parts);
    if (!report_patient_pdf(&parts, &page, err) ||
        !report_patient_html(&parts, &text, err))
        goto done;
    *pdf = page; /* moved */
    *html = text;
    page = text = (struct bytes){0};
    ok = true;
done:
    bytes_clear(&page);
    bytes_clear(&text);
    report_facts_clear(&parts.facts);
    report_scene_clear(&parts.scene);
    return ok;
}

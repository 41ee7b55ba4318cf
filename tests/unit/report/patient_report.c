/* patient_report: the pages that are needed, the same bytes, nothing from elsewhere. */
#include "patient.h"

static struct patient patient;

static struct patient_report report_of(const struct patient *p, enum report_lang lang)
{
    return (struct patient_report){&p->result, &p->image, &p->labels, lang};
}

struct documents {
    struct bytes pdf, html;
};

static struct documents make(const struct patient_report *report)
{
    struct documents d = {0};
    struct err err = {0};
    assert_ok(report_patient_make(report, &d.pdf, &d.html, &err), err);
    return d;
}

static void documents_clear(struct documents *d)
{
    bytes_clear(&d->pdf);
    bytes_clear(&d->html);
}

static int count(const struct bytes *b, const char *text)
{
    const size_t n = strlen(text);
    int found = 0;
    for (size_t i = 0; i + n <= b->size; i++)
        found += memcmp(b->data + i, text, n) == 0 ? 1 : 0;
    return found;
}

static int pages(const struct bytes *pdf)
{
    return count(pdf, "/Type /Page %");
}

static void both_say_the_same_each_time(void **state)
{
    (void)state;
    patient_make(&patient, 2);
    const struct patient_report report = report_of(&patient, REPORT_ENGLISH);
    struct documents a = make(&report), b = make(&report);

    assert_int_equal(a.pdf.size, b.pdf.size);
    assert_memory_equal(a.pdf.data, b.pdf.data, a.pdf.size);
    assert_int_equal(a.html.size, b.html.size);
    assert_memory_equal(a.html.data, b.html.data, a.html.size);
    assert_int_equal(count(&a.pdf, "CreationDate"), 0);
    assert_true(count(&a.pdf, "/FontFile2") >= 2); /* embedded */
    assert_true(count(&a.pdf, "/DCTDecode") >= 3); /* small pictures */
    documents_clear(&a);
    documents_clear(&b);
    patient_clear(&patient);
}

static void stacks_flow_over_pages(void **state)
{
    (void)state;
    static const struct {
        int32_t slices;
        int pages;
    } want[] = {{1, 2}, {30, 4}};
    /* under valgrind one is enough */
    const size_t n = getenv("CICATRIX_SLOW_MACHINE") != NULL ? 1 : ARRAY_LEN(want);

    for (size_t i = 0; i < n; i++) {
        patient_make(&patient, want[i].slices);
        const struct patient_report report = report_of(&patient, REPORT_ENGLISH);
        struct documents d = make(&report);
        assert_int_equal(pages(&d.pdf), want[i].pages);
        assert_true(d.pdf.size < 1500000);
        documents_clear(&d);
        patient_clear(&patient);
    }
}

static void the_html_stands_alone(void **state)
{
    (void)state;
    patient_make(&patient, 3);
    const struct patient_report report = report_of(&patient, REPORT_ENGLISH);
    struct documents d = make(&report);

    assert_memory_equal(d.html.data, "<!DOCTYPE html>\n<html lang=\"en\">", 32);
    assert_int_equal(count(&d.html, "http:"), 0);
    assert_int_equal(count(&d.html, "https:"), 0);
    assert_int_equal(count(&d.html, "<script"), 0);
    assert_int_equal(count(&d.html, "<link"), 0);
    assert_int_equal(count(&d.html, "<img "), 3);
    assert_int_equal(count(&d.html, " src=\"data:image/"), 3);
    assert_int_equal(count(&d.html, "<img alt=\"\""), 0);
    assert_int_equal(count(&d.html, "<h1>"), 1);
    assert_int_equal(count(&d.html, "</section>"), count(&d.html, "<section>"));
    assert_int_equal(count(&d.html, "</div>"), count(&d.html, "<div"));
    assert_int_equal(count(&d.html, "</table>"), 4);
    assert_int_equal(count(&d.html, "Research use only. Not a medical device."), 2);
    assert_int_equal(count(&d.html, "case &lt;7&gt; &amp; more"), 2);
    assert_int_equal(count(&d.html, "<7>"), 0);
    assert_int_equal(count(&d.html, "of-a-site"), 0); /* the path stays out */
    assert_int_equal(count(&d.html, "<td>61.8</td>"), 1);
    documents_clear(&d);
    patient_clear(&patient);
}

static void without_segments_they_are_left_out(void **state)
{
    (void)state;
    patient_make(&patient, 3);
    const struct patient_report report = report_of(&patient, REPORT_ENGLISH);
    patient.result.shape = NULL;
    struct documents d = make(&report);

    assert_int_equal(count(&d.html, "<img "), 2);
    assert_int_equal(count(&d.html, "AHA"), 0);
    assert_int_equal(pages(&d.pdf), 2);
    documents_clear(&d);
    patient_clear(&patient);
}

static void chinese_is_written_where_its_font_is(void **state)
{
    (void)state;
    struct err err = {0};
    if (!report_patient_check(REPORT_CHINESE, &err)) {
        assert_int_equal(err.code, ERR_SUPPORT);
        assert_non_null(strstr(err.msg, "fonts-droid-fallback"));
        return;
    }
    patient_make(&patient, 3);
    const struct patient_report report = report_of(&patient, REPORT_CHINESE);
    struct documents d = make(&report);
    assert_true(count(&d.pdf, "DroidSansFallback") > 0);
    assert_int_equal(count(&d.html, "<html lang=\"zh-CN\">"), 1);
    assert_true(count(&d.html, "左心室心肌") > 0);
    documents_clear(&d);
    patient_clear(&patient);
}

static void labels_of_another_size_are_refused(void **state)
{
    (void)state;
    patient_make(&patient, 3);
    struct patient other;
    patient_make(&other, 4);
    struct patient_report report = report_of(&patient, REPORT_ENGLISH);
    struct documents d = {0};
    struct err err = {0};

    report.labels = &other.labels;
    assert_refused(report_patient_make(&report, &d.pdf, &d.html, &err), err, ERR_ARG,
                   "size");
    assert_null(d.pdf.data);
    assert_null(d.html.data);
    patient_clear(&other);
    patient_clear(&patient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_say_the_same_each_time),
        cmocka_unit_test(stacks_flow_over_pages),
        cmocka_unit_test(the_html_stands_alone),
        cmocka_unit_test(without_segments_they_are_left_out),
        cmocka_unit_test(chinese_is_written_where_its_font_is),
        cmocka_unit_test(labels_of_another_size_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

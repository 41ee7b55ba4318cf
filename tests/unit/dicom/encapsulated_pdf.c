/* A document: its bytes, its length, refusals. */
#include "sample.h"
#include "walk.h"

#include "dicom/encapsulated_pdf.h"

static const struct dicom_maker maker = {"net", "0123456789abcdef0123"};
static uint8_t content[] = "%PDF-1.5\n\0odd";

static void holds_the_document(void **state)
{
    struct dicom_source source = sample_source();
    const struct bytes pdf = {content, sizeof content - 1};
    char dir[64], path[128], text[256];
    struct err err = {0};

    (void)state;
    assert_int_equal(pdf.size % 2,
                     1); /* the length says that the padding is not of it */
    (void)snprintf(path, sizeof path, "%s/r.dcm", testing_scratch(dir));
    assert_ok(dicom_encapsulated_pdf_write(path, &source, &pdf, "Title", &maker, &err),
              err);
    struct walk *w = walk_open(path);
    assert_int_equal(walk_find(w, 0x00420011, 0)->size, pdf.size + 1);
    assert_memory_equal(walk_find(w, 0x00420011, 0)->value, content, pdf.size);
    assert_int_equal(walk_number(walk_find(w, 0x00420015, 0)->value, 4), pdf.size);
    assert_string_equal(walk_text(w, 0x00420010, 0, text), "Title");
    assert_string_equal(walk_text(w, 0x00200010, 0, text), "S17"); /* the study's */
    assert_string_equal(walk_text(w, 0x00080020, 0, text), "20240506");
    assert_int_equal(walk_count(w, 0x00081155), SAMPLE_SLICES);
    walk_close(w);
    testing_remove(dir);
    dicom_source_clear(&source);
}

static void refuses(void **state)
{
    struct dicom_source source = sample_source();
    struct bytes pdf = {content, 4};
    struct err err = {0};

    (void)state;
    assert_refused(
        dicom_encapsulated_pdf_write("r.dcm", &source, &pdf, "", &maker, &err), err,
        ERR_FORMAT, "not a PDF");
    pdf = (struct bytes){content + 1, sizeof content - 2};
    assert_refused(
        dicom_encapsulated_pdf_write("r.dcm", &source, &pdf, "", &maker, &err), err,
        ERR_FORMAT, "not a PDF");
    dicom_source_clear(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_the_document),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

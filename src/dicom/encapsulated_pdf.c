#include "dicom/encapsulated_pdf.h"

#include <string.h>

#include "dicom/derived.h"

enum { SERIES_NUMBER = 9103 };

static bool build(struct dicom_encoder *e, const struct dicom_source *source,
                  const struct bytes *pdf, const char *title,
                  const struct dicom_maker *maker, struct err *err)
{
    const struct dicom_derived derived = {source, maker, "DOC", "Cicatrix report",
                                          SERIES_NUMBER};
    const struct dicom_code report = {"18748-4", "LN", "Diagnostic imaging report"};

    if (!dicom_derived_put(e, &derived, err))
        return false;
    dicom_encode_text(e, DICOM_CONVERSION_TYPE, "WSD");
    dicom_encode_text(e, DICOM_ACQUISITION_DATETIME, NULL);
    dicom_encode_text(e, DICOM_BURNED_IN, "YES");
    dicom_encode_text(e, DICOM_DOCUMENT_TITLE, title);
    dicom_code_put(e, DICOM_CONCEPT_SEQUENCE, &report);
    dicom_derived_put_instances(e, DICOM_SOURCE_INSTANCE_SEQUENCE, source);
    dicom_encode_text(e, DICOM_DOCUMENT_TYPE, "application/pdf");
    dicom_encode_whole(e, DICOM_DOCUMENT_LENGTH, (int64_t)pdf->size);
    dicom_encode_bytes(e, DICOM_DOCUMENT, pdf->data, pdf->size);
    return true;
}

bool dicom_encapsulated_pdf_write(const char *path, const struct dicom_source *source,
                                  const struct bytes *pdf, const char *title,
                                  const struct dicom_maker *maker, struct err *err)
{
    static const char MAGIC[] = "%PDF-";
    struct dicom_encoder e = {0};

    if (pdf->size < sizeof MAGIC || memcmp(pdf->data, MAGIC, sizeof MAGIC - 1) != 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: the report is not a PDF file", path);
    const bool ok = build(&e, source, pdf, title, maker, err) &&
                    dicom_encode_write(&e, DICOM_CLASS_PDF, path, NULL, err);
    dicom_encode_clear(&e);
    return ok;
}

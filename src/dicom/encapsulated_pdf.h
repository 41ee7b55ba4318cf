/*
 * encapsulated_pdf.h - the report for readers as a DICOM document.
 *
 * Layer:  dicom.
 * Thread: pure function of its arguments.
 */
#ifndef DICOM_ENCAPSULATED_PDF_H
#define DICOM_ENCAPSULATED_PDF_H

#include "base/file.h"
#include "dicom/maker.h"
#include "dicom/source.h"

/**
 * Write a PDF file as an Encapsulated PDF in the source's study.
 *
 * @param pdf    the file's bytes; what it says is not looked into
 * @param title  of the document, UTF-8
 * Errors:  ERR_FORMAT (does not begin with "%PDF-"), ERR_IO, ERR_NOMEM;  name the file
 * Source:  DICOM PS3.3 A.45.1
 * Tests:   tests/unit/dicom/encapsulated_pdf.c, tests/cli/dicom-write.t
 */
bool dicom_encapsulated_pdf_write(const char *path, const struct dicom_source *source,
                                  const struct bytes *pdf, const char *title,
                                  const struct dicom_maker *maker,
                                  struct err *err) ATTR_MUST_USE;

#endif

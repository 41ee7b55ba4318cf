/*
 * parsed.h - the C++ inside of object.h, for its sources alone.
 *
 * Layer:  dicom.
 */
#ifndef DICOM_PARSED_H
#define DICOM_PARSED_H

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <new>

#include "base/file.h"
#include "dicom/object.h"

struct dicom_parsed {
    struct bytes inflated; /* the data set, if it came deflated */
    DcmFileFormat file;    /* its long values are loaded when they are asked for */
    bool pixels;           /* parsed with them */
    bool headed;           /* instance is set */
    bool jpeg_checked;     /* dicom_jpeg_check() has been called */
    struct dicom_instance instance;
};

/* Run `work`; no exception leaves. */
template <class F> bool dicom_guarded(struct err *err, F work)
{
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return ERR_FAIL(err, ERR_NOMEM, "out of memory");
    } catch (...) {
        return ERR_FAIL(err, ERR_FORMAT, "the DICOM library gave up");
    }
}

#endif

/*
 * parsed.h - the C++ inside of object.h, for its sources alone.
 *
 * Layer:  dicom.
 */
#ifndef DICOM_PARSED_H
#define DICOM_PARSED_H

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "dicom/object.h"

struct dicom_parsed {
    DcmFileFormat file;
    bool pixels; /* parsed with them */
    bool headed; /* instance is set */
    struct dicom_instance instance;
};

#endif

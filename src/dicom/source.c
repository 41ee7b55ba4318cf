#include "dicom/source.h"

#include "base/mem.h"

void dicom_source_clear(struct dicom_source *source)
{
    mem_free(source->slice);
    *source = (struct dicom_source){0};
}

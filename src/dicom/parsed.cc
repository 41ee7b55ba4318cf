/* Opening a file: the rest of object.h's calls. */
#include "dicom/parsed.h"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <string.h>

namespace
{

/* The transfer syntax as the file's own words: DCMTK takes an unknown one for explicit
 * little endian. */
bool check_syntax(DcmFileFormat &file, struct err *err)
{
    OFString uid;
    DcmMetaInfo *const meta = file.getMetaInfo();
    if (!meta || meta->findAndGetOFString(DCM_TransferSyntaxUID, uid).bad())
        return true; /* without meta header: it was recognised by its first attribute */
    if (DcmXfer(uid.c_str()).getXfer() != EXS_Unknown ||
        uid.find("1.2.840.10008.1.2.4.20") == 0)
        return true;
    return ERR_FAIL(err, ERR_SUPPORT, "transfer syntax %.64s is not read", uid.c_str());
}

} // namespace

bool dicom_object_begin(struct err *err)
{
    return dicom_guarded(err, [=] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        if (!dcmDataDict.isDictionaryLoaded())
            return ERR_FAIL(err, ERR_IO,
                            "DCMTK's dictionary of attributes is not installed, or "
                            "DCMDICTPATH is wrong");
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
        return true;
    });
}

void dicom_object_end(void)
{
    DJDecoderRegistration::cleanup();
    DJLSDecoderRegistration::cleanup();
}

bool dicom_object_looks_like(const void *head, size_t size)
{
    const unsigned char *const b = static_cast<const unsigned char *>(head);
    if (size >= 132 && memcmp(b + 128, "DICM", 4) == 0)
        return true;
    /* Files without the prefix begin with group 2 or 8, in either byte order, and a
     * short element number; 8,0000 to 8,0018 are what is seen. */
    return size >= 132 &&
           (((b[0] == 8 || b[0] == 2) && b[1] == 0 && b[2] <= 0x18 && b[3] == 0) ||
            (b[0] == 0 && b[1] == 8 && b[2] == 0 && b[3] <= 0x18 && b[3] != 0));
}

bool dicom_object_open(const void *data, size_t size, bool pixels,
                       struct dicom_parsed **out, struct err *err)
{
    struct dicom_parsed *p = nullptr;
    const bool ok = dicom_guarded(err, [&] {
        if (!dicom_object_looks_like(data, size))
            return ERR_FAIL(err, ERR_FORMAT, "not a DICOM file");
        p = new dicom_parsed();
        p->pixels = pixels;
        DcmInputBufferStream stream;
        stream.setBuffer(data, static_cast<offile_off_t>(size));
        stream.setEos();
        p->file.transferInit();
        const OFCondition read =
            p->file.readUntilTag(stream, EXS_Unknown, EGL_noChange, DCM_MaxReadLength,
                                 pixels ? DCM_UndefinedTagKey : DCM_PixelData);
        p->file.transferEnd();
        if (!check_syntax(p->file, err))
            return false;
        if (read.bad())
            return ERR_FAIL(err, read == EC_MemoryExhausted ? ERR_NOMEM : ERR_FORMAT,
                            "damaged DICOM: %s", read.text());
        return true;
    });
    if (!ok) {
        delete p;
        return false;
    }
    *out = p;
    return true;
}

void dicom_object_close(struct dicom_parsed *parsed)
{
    delete parsed;
}

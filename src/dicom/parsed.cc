/* Opening a file: the rest of object.h's calls. */
#include "dicom/parsed.h"

#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <string.h>

#include "dicom/inflate.h"
#include "dicom/memory_stream.h"

namespace
{

/* As the file's own words say it: DCMTK takes an unknown one for explicit little
 * endian. Unknown without a meta header, then the first attribute tells. */
bool find_syntax(DcmMetaInfo &meta, E_TransferSyntax &syntax, struct err *err)
{
    OFString uid;
    syntax = EXS_Unknown;
    if (meta.findAndGetOFString(DCM_TransferSyntaxUID, uid).bad())
        return true;
    syntax = DcmXfer(uid.c_str()).getXfer();
    if (syntax != EXS_Unknown || uid.find("1.2.840.10008.1.2.4.20") == 0)
        return true;
    return ERR_FAIL(err, ERR_SUPPORT, "transfer syntax %.64s is not read", uid.c_str());
}

bool check_read(const OFCondition &read, const dicom_memory_stream &stream,
                struct err *err)
{
    if (stream.too_deep())
        return ERR_FAIL(err, ERR_SUPPORT, "sequences within sequences, too many");
    if (read == EC_StreamNotifyClient) /* it waits for more */
        return ERR_FAIL(err, ERR_FORMAT, "damaged DICOM: it ends early");
    if (read.bad())
        return ERR_FAIL(err, read == EC_MemoryExhausted ? ERR_NOMEM : ERR_FORMAT,
                        "damaged DICOM: %s", read.text());
    return true;
}

/* A deflated data set is unpacked here and read as what it is then. */
bool parse(struct dicom_parsed &p, const void *data, size_t size, struct err *err)
{
    const DcmTagKey &stop = p.pixels ? DCM_UndefinedTagKey : DCM_PixelData;
    DcmMetaInfo &meta = *p.file.getMetaInfo();
    DcmDataset &set = *p.file.getDataset();
    dicom_memory_stream whole(data, static_cast<offile_off_t>(size));
    E_TransferSyntax syntax = EXS_Unknown;

    p.file.transferInit();
    if (!check_read(meta.read(whole, EXS_Unknown, EGL_noChange, DCM_MaxReadLength),
                    whole, err) ||
        !find_syntax(meta, syntax, err))
        return false;
    if (syntax != EXS_DeflatedLittleEndianExplicit) {
        const OFCondition read =
            set.readUntilTag(whole, syntax, EGL_noChange, DCM_MaxReadLength, stop);
        p.file.transferEnd();
        return check_read(read, whole, err);
    }
    const size_t at = static_cast<size_t>(whole.tell()), packed = size - at;
    if (!dicom_inflate(static_cast<const char *>(data) + at, packed,
                       dicom_inflate_limit(packed), &p.inflated, err))
        return false;
    dicom_memory_stream inner(p.inflated.data,
                              static_cast<offile_off_t>(p.inflated.size));
    const OFCondition read = set.readUntilTag(inner, EXS_LittleEndianExplicit,
                                              EGL_noChange, DCM_MaxReadLength, stop);
    p.file.transferEnd();
    return check_read(read, inner, err);
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
        return parse(*p, data, size, err);
    });
    if (!ok) {
        dicom_object_close(p);
        return false;
    }
    *out = p;
    return true;
}

void dicom_object_close(struct dicom_parsed *parsed)
{
    if (parsed)
        bytes_clear(&parsed->inflated);
    delete parsed;
}

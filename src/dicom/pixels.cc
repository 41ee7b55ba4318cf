/* Frames to values: dicom_object_decode() of object.h. */
#include "dicom/parsed.h"

#include <dcmtk/dcmdata/dcpxitem.h>

#include "dicom/attributes.h"
#include "dicom/j2k.h"
#include "dicom/jpeg.h"
#include "dicom/rle.h"

#include <algorithm>
#include <cmath>
#include <string.h>
#include <vector>

namespace
{

typedef std::vector<Uint8> octets;
typedef std::vector<int32_t> integers;

/* The stored number in the bits below high_bit, with its sign. */
int32_t extend(uint32_t raw, const struct dicom_instance &i)
{
    const unsigned bits = static_cast<unsigned>(i.bits_stored);
    const uint32_t mask = (1U << bits) - 1U;
    const uint32_t v =
        raw >> static_cast<unsigned>(i.high_bit + 1 - i.bits_stored) & mask;
    if (i.signed_pixels && (v >> (bits - 1U)) != 0)
        return static_cast<int32_t>(v) - static_cast<int32_t>(mask) - 1;
    return static_cast<int32_t>(v);
}

bool check_format(const struct dicom_instance &i, struct err *err)
{
    if (i.mosaic)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "a mosaic (many slices in one picture) is not read");
    if (i.samples == 1 && strcmp(i.photometric, "MONOCHROME1") == 0)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "inverted grey (MONOCHROME1: high is dark) is not read");
    if (i.samples != 1 || strcmp(i.photometric, "MONOCHROME2") != 0)
        return ERR_FAIL(err, ERR_SUPPORT, "a colour image (%d samples, %s) is not read",
                        i.samples, i.photometric);
    if ((i.bits_allocated != 8 && i.bits_allocated != 16) || i.bits_stored < 1 ||
        i.bits_stored > i.bits_allocated || i.high_bit < i.bits_stored - 1 ||
        i.high_bit >= i.bits_allocated)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "pixels of %d bits in %d, the highest being %d, are not read",
                        i.bits_stored, i.bits_allocated, i.high_bit);
    return true;
}

bool is_j2k(const char *syntax)
{
    static const char *const uids[] = {
        "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.201",
        "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"};
    for (const char *uid : uids)
        if (strcmp(syntax, uid) == 0)
            return true;
    return false;
}

bool append(DcmPixelSequence &all, unsigned long number, octets &to)
{
    DcmPixelItem *item = nullptr;
    Uint8 *bytes = nullptr;
    if (all.getItem(item, number).bad() || !item || item->getUint8Array(bytes).bad())
        return false;
    if (bytes)
        to.insert(to.end(), bytes, bytes + item->getLength());
    return true;
}

/* The pieces of compressed pixels; owned by `data`. */
bool pieces_of(DcmPixelData &data, DcmPixelSequence *&all, struct err *err)
{
    E_TransferSyntax xfer = EXS_Unknown;
    const DcmRepresentationParameter *parameter = nullptr;
    data.getOriginalRepresentationKey(xfer, parameter);
    return (data.getEncapsulatedRepresentation(xfer, parameter, all).good() && all) ||
           ERR_FAIL(err, ERR_FORMAT, "pixels are not encapsulated");
}

/* In which fragment (from 1: 0 is the table) each frame begins.  A basic offset table
 * counts bytes from the first fragment, 8 of them a fragment's header. */
bool from_table(DcmPixelSequence &all, std::vector<unsigned long> &first, size_t frames)
{
    octets table;
    if (!append(all, 0, table) || table.size() != 4 * frames)
        return false;
    uint64_t at = 0;
    size_t f = 0;
    for (unsigned long n = 1; n < all.card() && f < frames; n++) {
        uint64_t want = 0;
        for (size_t b = 4; b-- > 0;)
            want = want << 8U | table[4 * f + b];
        DcmPixelItem *item = nullptr;
        if (want == at) {
            first.push_back(n);
            f++;
        }
        if (all.getItem(item, n).bad() || !item)
            return false;
        at += 8ULL + item->getLength();
    }
    return f == frames;
}

/* Without a table: where codestreams begin. */
bool from_marks(DcmPixelSequence &all, std::vector<unsigned long> &first, size_t frames)
{
    first.clear();
    for (unsigned long n = 1; n < all.card(); n++) {
        octets bytes;
        if (!append(all, n, bytes))
            return false;
        if (dicom_j2k_begins(bytes.data(), bytes.size()))
            first.push_back(n);
    }
    return first.size() == frames;
}

/* The codestream of a frame, from one or several fragments. */
bool gather(DcmPixelSequence &all, int32_t index, int32_t frames, octets &to,
            struct err *err)
{
    const unsigned long fragments = all.card() > 0 ? all.card() - 1 : 0;
    const size_t n = static_cast<size_t>(frames), at = static_cast<size_t>(index);
    std::vector<unsigned long> first;
    if (fragments == n) {
        for (unsigned long f = 1; f <= fragments; f++)
            first.push_back(f);
    } else if (n == 1) {
        first.push_back(1);
    } else if (!from_table(all, first, n) && !from_marks(all, first, n)) {
        return ERR_FAIL(err, ERR_FORMAT,
                        "%lu pieces of pixels for %d frames, and no table that tells "
                        "them apart",
                        fragments, frames);
    }
    const unsigned long end = at + 1 < n ? first[at + 1] : fragments + 1;
    for (unsigned long f = first[at]; f < end; f++)
        if (!append(all, f, to))
            return ERR_FAIL(err, ERR_FORMAT, "a piece of the pixels is missing");
    return true;
}

/* What this program decodes without DCMTK: JPEG 2000, run lengths. */
bool decode_pieces(DcmPixelData &data, const struct dicom_parsed &p, int32_t index,
                   integers &raw, struct err *err)
{
    const struct dicom_instance &i = p.instance;
    DcmPixelSequence *all = nullptr;
    octets stream;
    if (!pieces_of(data, all, err) || !gather(*all, index, i.frames, stream, err))
        return false;
    if (is_j2k(i.transfer_syntax))
        return dicom_j2k_decode(stream.data(), stream.size(), i.rows, i.columns,
                                raw.data(), err);
    return dicom_rle_decode(stream.data(), stream.size(), i.bits_allocated / 8,
                            raw.size(), raw.data(), err);
}

/* Not compressed: DCMTK has put the whole in the byte order of this machine. */
bool copy_native(DcmPixelData &data, const struct dicom_parsed &p, int32_t index,
                 integers &raw, struct err *err)
{
    const size_t n = raw.size(), from = n * static_cast<size_t>(index);
    const size_t width = p.instance.bits_allocated == 16 ? 2 : 1;
    Uint8 *bytes = nullptr;
    Uint16 *words = nullptr;
    if (data.getLength() / width < from + n)
        return ERR_FAIL(err, ERR_FORMAT, "the pixels end before frame %d does",
                        index + 1);
    if (width == 2 && data.getVR() != EVR_OB) {
        if (data.getUint16Array(words).bad() || !words)
            return ERR_FAIL(err, ERR_FORMAT, "no pixels");
        for (size_t v = 0; v < n; v++)
            raw[v] = words[from + v];
        return true;
    }
    if (data.getUint8Array(bytes).bad() || !bytes)
        return ERR_FAIL(err, ERR_FORMAT, "no pixels");
    for (size_t v = 0; v < n; v++)
        raw[v] = width == 2 ? bytes[2 * (from + v)] | bytes[2 * (from + v) + 1] << 8
                            : bytes[from + v];
    return true;
}

/* Each picture in the pieces is one that these attributes speak of; for DCMTK decides
 * itself in which piece a frame begins. */
bool check_jpeg(DcmPixelData &data, struct dicom_parsed &p, struct err *err)
{
    const struct dicom_instance &i = p.instance;
    DcmPixelSequence *all = nullptr;
    octets picture;
    if (p.jpeg_checked)
        return true;
    if (!pieces_of(data, all, err))
        return false;
    const auto check = [&] {
        return dicom_jpeg_check(picture.data(), picture.size(), i.rows, i.columns,
                                i.bits_allocated, err);
    };
    for (unsigned long n = 1; n < all->card(); n++) {
        octets piece;
        if (!append(*all, n, piece))
            return ERR_FAIL(err, ERR_FORMAT, "a piece of the pixels is missing");
        if (n > 1 && dicom_jpeg_begins(piece.data(), piece.size())) {
            if (!check())
                return false;
            picture.clear();
        }
        picture.insert(picture.end(), piece.begin(), piece.end());
    }
    if (!check())
        return false;
    p.jpeg_checked = true;
    return true;
}

/* JPEG, JPEG-LS, by DCMTK's decoders. */
bool decode_other(DcmPixelData &data, struct dicom_parsed &p, int32_t index,
                  integers &raw, struct err *err)
{
    DcmDataset &top = *p.file.getDataset();
    const size_t n = raw.size(), width = p.instance.bits_allocated == 16 ? 2 : 1;
    Uint32 size = 0, fragment = 0;
    OFString colours;
    if (!check_jpeg(data, p, err))
        return false;
    if (data.getUncompressedFrameSize(&top, size).bad() || size < n * width ||
        size > n * width + 1)
        return ERR_FAIL(err, ERR_FORMAT, "a frame of %u bytes where %zu are due", size,
                        n * width);
    std::vector<Uint16> frame((size + 1U) / 2U);
    const OFCondition done = data.getUncompressedFrame(
        &top, static_cast<Uint32>(index), fragment, frame.data(),
        static_cast<Uint32>(2 * frame.size()), colours, nullptr);
    if (done.bad())
        return ERR_FAIL(err, ERR_FORMAT, "cannot decode the pixels: %s", done.text());
    for (size_t v = 0; v < n; v++)
        raw[v] = width == 2 ? frame[v] : frame[v / 2] >> (v % 2 * 8) & 0xff;
    return true;
}

/* Numbers that stand for no pixel, where a file tells (PS3.3, C.7.5.1.1.2). */
struct padding {
    bool told;
    int32_t least, greatest;
};

struct padding find_padding(DcmDataset &top, const struct dicom_instance &i)
{
    const int32_t none = INT32_MAX;
    const int32_t value = dicom_integer(&top, DCM_PixelPaddingValue, none);
    const int32_t limit = dicom_integer(&top, DCM_PixelPaddingRangeLimit, value);
    /* files in use do not keep to the type that the pixels' sign asks for */
    const auto stored = [&](int32_t v) -> int32_t {
        return i.signed_pixels ? static_cast<Sint16>(v) : static_cast<Uint16>(v);
    };
    return {value != none, std::min(stored(value), stored(limit)),
            std::max(stored(value), stored(limit))};
}

/* Padding beyond what the image holds becomes its least number, for it is no signal;
 * within, it is a number like the others, whatever the file says. */
void fill_padding(const struct padding &p, integers &stored)
{
    const auto is_padding = [&](int32_t v) { return v >= p.least && v <= p.greatest; };
    int32_t least = INT32_MAX, greatest = INT32_MIN;
    for (const int32_t v : stored) {
        least = is_padding(v) ? least : std::min(least, v);
        greatest = is_padding(v) ? greatest : std::max(greatest, v);
    }
    if (least <= greatest && (p.greatest < least || p.least > greatest))
        std::replace_if(stored.begin(), stored.end(), is_padding, least);
}

bool decode(struct dicom_parsed &p, int32_t index, float *value, struct err *err)
{
    const struct dicom_instance &i = p.instance;
    struct dicom_frame f;
    DcmElement *element = nullptr;
    if (!p.pixels)
        return ERR_FAIL(err, ERR_ARG, "opened without pixels");
    if (!dicom_object_frame(&p, index, &f, err) || !check_format(i, err))
        return false;
    DcmDataset &top = *p.file.getDataset();
    if (top.findAndGetElement(DCM_PixelData, element).bad() || !element ||
        element->ident() != EVR_PixelData)
        return ERR_FAIL(err, ERR_FORMAT, "no pixels");
    DcmPixelData &data = *static_cast<DcmPixelData *>(element);
    integers raw(static_cast<size_t>(i.rows) * static_cast<size_t>(i.columns));
    const DcmXfer syntax(top.getOriginalXfer());
    bool ok = false;
    if (is_j2k(i.transfer_syntax) || syntax.getXfer() == EXS_RLELossless)
        ok = decode_pieces(data, p, index, raw, err);
    else if (!syntax.isEncapsulated())
        ok = copy_native(data, p, index, raw, err);
    else
        ok = decode_other(data, p, index, raw, err);
    for (int32_t &v : raw)
        v = extend(static_cast<uint32_t>(v), i);
    const struct padding padding = find_padding(top, i);
    if (padding.told)
        fill_padding(padding, raw);
    for (size_t v = 0; ok && v < raw.size(); v++) {
        const double x = f.slope * raw[v] + f.intercept;
        if (!(std::fabs(x) <= 1e30))
            return ERR_FAIL(err, ERR_FORMAT, "a pixel's value is %g", x);
        value[v] = static_cast<float>(x);
    }
    return ok;
}

} // namespace

bool dicom_object_decode(struct dicom_parsed *parsed, int32_t index, float *value,
                         struct err *err)
{
    return dicom_guarded(err, [=] { return decode(*parsed, index, value, err); });
}

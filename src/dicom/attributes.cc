#include "dicom/attributes.h"

namespace
{

/* Bytes of the character that begins with `b`; 0: none does. */
size_t utf8_length(unsigned b)
{
    return b < 0x80                 ? 1
           : b >= 0xc2 && b < 0xe0  ? 2
           : b >= 0xe0 && b < 0xf0  ? 3
           : b >= 0xf0 && b <= 0xf4 ? 4
                                    : 0;
}

/* Overlong forms, surrogates, beyond U+10FFFF: by the first two bytes. */
bool utf8_forbids(unsigned a, unsigned b)
{
    return (a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f) ||
           (a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f);
}

bool is_utf8(const std::string &s)
{
    for (size_t i = 0; i < s.size();) {
        const auto byte = [&](size_t k) {
            return k < s.size() ? static_cast<unsigned char>(s[k]) : 0U;
        };
        const size_t n = utf8_length(byte(i));
        if (n == 0 || utf8_forbids(byte(i), byte(i + 1)))
            return false;
        for (size_t k = 1; k < n; k++)
            if ((byte(i + k) & 0xc0U) != 0x80)
                return false;
        i += n;
    }
    return true;
}

size_t skip_digits(const std::string &v, size_t at)
{
    while (at < v.size() && v[at] >= '0' && v[at] <= '9')
        at++;
    return at;
}

} // namespace

void dicom_store_text(std::string s, char *to, size_t room)
{
    if (!is_utf8(s))
        for (char &c : s)
            if (static_cast<unsigned char>(c) >= 0x80)
                c = '?';
    std::string clean;
    for (const char c : s)
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)
            clean += c;
    const size_t first = clean.find_first_not_of(' ');
    clean = first == std::string::npos
                ? std::string()
                : clean.substr(first, clean.find_last_not_of(' ') - first + 1);
    size_t n = clean.size() < room ? clean.size() : room - 1;
    while (n < clean.size() && n > 0 &&
           (static_cast<unsigned char>(clean[n]) & 0xc0U) == 0x80)
        n--;
    memset(to, 0, room); /* all of it goes through a pipe */
    clean.copy(to, n);
}

std::string dicom_trimmed(const OFString &value)
{
    const std::string v(value.c_str(), strnlen(value.c_str(), value.size()));
    const size_t first = v.find_first_not_of(' ');
    return first == std::string::npos
               ? std::string()
               : v.substr(first, v.find_last_not_of(' ') - first + 1);
}

bool dicom_is_decimal(const std::string &v)
{
    const size_t whole = !v.empty() && (v[0] == '+' || v[0] == '-') ? 1 : 0;
    size_t at = skip_digits(v, whole), digits = at - whole;
    if (at < v.size() && v[at] == '.') {
        const size_t part = at + 1;
        at = skip_digits(v, part);
        digits += at - part;
    }
    if (digits > 0 && at < v.size() && (v[at] == 'E' || v[at] == 'e')) {
        at++;
        if (at < v.size() && (v[at] == '+' || v[at] == '-'))
            at++;
        const size_t power = at;
        at = skip_digits(v, power);
        digits = at - power;
    }
    return digits > 0 && at == v.size();
}

int32_t dicom_integer(DcmItem *item, const DcmTagKey &tag, int32_t missing)
{
    Sint32 s = 0;
    Sint16 brief = 0;
    Uint16 u = 0;
    if (item && item->findAndGetUint16(tag, u).good())
        return u;
    if (item && item->findAndGetSint16(tag, brief).good())
        return brief;
    if (item && item->findAndGetSint32(tag, s).good())
        return s;
    return missing;
}

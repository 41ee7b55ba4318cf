#include "testing.h"

#include "base/sha256.h"

/* FIPS 180-2, appendix B, and the empty message. */
static void published_digests(void **state)
{
    (void)state;
    struct err err = {0};
    char hex[SHA256_HEX];
    const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

    assert_ok(sha256_hex("abc", 3, hex, &err), err);
    assert_string_equal(
        hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_ok(sha256_hex(two_blocks, strlen(two_blocks), hex, &err), err);
    assert_string_equal(
        hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_ok(sha256_hex("", 0, hex, &err), err);
    assert_string_equal(
        hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void check_hmac(const void *key, size_t key_size, const char *data, size_t size,
                       const char *want)
{
    struct err err = {0};
    uint8_t digest[SHA256_BYTES];
    char hex[3];

    assert_ok(sha256_hmac(key, key_size, data, size, digest, &err), err);
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        (void)snprintf(hex, sizeof hex, "%02x", digest[i]);
        assert_memory_equal(hex, want + 2 * i, 2);
    }
}

/* RFC 4231, cases 1, 2 and 6. */
static void published_keyed_digests(void **state)
{
    (void)state;
    uint8_t key[131];
    const char *text = "what do ya want for nothing?",
               *larger = "Test Using Larger Than Block-Size Key - Hash Key First";

    memset(key, 0x0b, 20);
    check_hmac(key, 20, "Hi There", 8,
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check_hmac("Jefe", 4, text, strlen(text),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    check_hmac(key, sizeof key, larger, strlen(larger),
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(published_digests),
                                       cmocka_unit_test(published_keyed_digests)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(published_digests)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

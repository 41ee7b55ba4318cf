/*
 * attr.h - compiler attributes and language glue, gathered in one place.
 *
 * Layer:  base.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define ATTR_MUST_USE __attribute__((warn_unused_result))
#define ATTR_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Is this build watched by a sanitizer that needs all of the address space? */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ATTR_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ATTR_SANITIZED 1
#endif
#endif
#ifndef ATTR_SANITIZED
#define ATTR_SANITIZED 0
#endif

/* One source, compiled for several instruction sets and chosen at program start.  The
 * arithmetic is the same in each (no contraction), so the results are the same bits. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !ATTR_SANITIZED
#define ATTR_CLONES                                                                    \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ATTR_CLONES
#endif

#ifdef __cplusplus
#define C_API_BEGIN extern "C" {
#define C_API_END }
#define AT_LEAST(n) n
#else
#define C_API_BEGIN
#define C_API_END
#define AT_LEAST(n) static n /* f(double v[AT_LEAST(3)]): not NULL, 3 or more */
#endif

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif

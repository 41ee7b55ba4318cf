#!/bin/sh
# The checkers find what they are there to find: each is run on a small tree or library
# with one thing wrong.  Prints TAP.
#
#   tests/tools/selftest.sh COMPILER
#
# shellcheck disable=SC2016 # documents hold back-quotes
set -u
cc=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/cicatrix-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
n=0 bad=0

verdict() { # TEXT 0|1
    n=$((n + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        sed 's/^/#   /' "$work/out"
        bad=1
    fi
}

# What a checker said, and its exit status, are in $work/out and $status: does it refuse, for
# PATTERN, or if that is empty pass?
expect() { # TEXT PATTERN
    if [ -n "$2" ]; then
        [ "$status" -eq 1 ] && grep -q "$2" "$work/out"
    else
        [ "$status" -eq 0 ]
    fi
    verdict "$1" $?
}

# A tree of two rooms that breaks no rule.
fresh_tree() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/src/base" "$work/tree/src/geom"
    printf '%s\n' 'base:' 'geom: base' '<dnnl/*>: geom' >"$work/tree/LAYERS"
    printf '#include <stdio.h>\n' >"$work/tree/src/base/err.h"
    printf '#include "base/err.h"\n#include <dnnl/dnnl.h>\n' >"$work/tree/src/geom/crop.c"
}

layers_say() { # TEXT PATTERN
    "$here/layers.sh" "$work/tree" >"$work/out" 2>&1
    status=$?
    expect "layers: $1" "$2"
}

symbols_say() { # TEXT PATTERN FILE CODE
    rm -rf "${work:?}/lib" && mkdir "$work/lib"
    echo "$4" | "$cc" -x c -c -o "$work/lib/$3" - && ar rc "$work/lib/a.a" "$work/lib/$3"
    "$here/symbols.sh" "$work/lib/a.a" >"$work/out" 2>&1
    status=$?
    expect "symbols: $1" "$2"
}

# A document with one line more; a program that knows one command with one option, an
# example, and one reason of a verdict.
docs_say() { # TEXT PATTERN LINE [EXAMPLE [REASON]]
    rm -rf "$work/tree" && mkdir -p "$work/tree/docs" "$work/tree/src/report" "$work/tree/src/web/page"
    printf 'Run `cicatrix grow --size 3`, see [this](docs/a.md).\n' >"$work/tree/README.md"
    : >"$work/tree/CHANGELOG.md"
    printf '[back](../README.md)\n%s\n' "$3" >"$work/tree/docs/a.md"
    echo '    [QUALITY_TOO_TALL] = {QUALITY_REVIEW, "too-tall"},' >"$work/tree/src/report/quality.c"
    echo "| ${5-too-tall} | review | taller than any |" >"$work/tree/docs/confidence.md"
    echo "  'too-tall': 'this one is taller than any other'," >"$work/tree/src/web/page/view.js"
    cat >"$work/program" <<PROGRAM
#!/bin/sh
case \$1 in
--help) echo '  grow  taller' ;;
grow) printf '  --size N\n\nEXAMPLE\n  ${4-cicatrix grow --size 1}\n' ;;
*) exit 2 ;;
esac
PROGRAM
    chmod +x "$work/program"
    python3 -B "$here/docs.py" "$work/tree" "$work/program" >"$work/out" 2>&1
    status=$?
    expect "docs: $1" "${2:+^# *$2}"
}

echo '1..25'

fresh_tree
layers_say 'a good tree passes' ''

fresh_tree
echo '#include "geom/crop.h"' >>"$work/tree/src/base/err.h"
layers_say 'an include that points down' 'src/base/err.h:2: base may not include from geom'

fresh_tree
echo '#include <dnnl/dnnl.h>' >>"$work/tree/src/base/err.h"
layers_say 'a header outside its room' '<dnnl/dnnl.h> belongs to geom'

fresh_tree
echo '#include <curl/curl.h>' >>"$work/tree/src/base/err.h"
layers_say 'a header that nobody owns' '<curl/curl.h> has no owner'

fresh_tree
echo '  #  include "err.h"' >>"$work/tree/src/base/err.h"
layers_say 'an include without its room' 'must be written as'

fresh_tree
printf 'base: geom\ngeom: base\n' >"$work/tree/LAYERS"
layers_say 'a cycle' 'base includes from geom, which does not stand above it'

fresh_tree
mkdir "$work/tree/src/attic"
echo 'int x;' >"$work/tree/src/attic/x.c"
layers_say 'an unlisted room' 'src/attic is not listed'

fresh_tree
rm "$work/tree/LAYERS"
layers_say 'no LAYERS at all' 'missing or empty'

symbols_say 'a well-named function passes' '' src_geom_crop.c.o \
    'int geom_crop(void); int geom_crop(void) { return 0; }'
symbols_say 'a name without its room' 'geom/crop.c exports cut' src_geom_crop.c.o \
    'int cut(void); int cut(void) { return 0; }'
symbols_say 'a well-named function of C++ passes' '' src_geom_crop.c.o \
    'int _Z9geom_cropi(int n); int _Z9geom_cropi(int n) { return n; }'
symbols_say 'a function of C++ without its room' 'geom/crop.c exports cuti' src_geom_crop.c.o \
    'int _Z3cuti(int n); int _Z3cuti(int n) { return n; }'
symbols_say 'an exported variable' 'exports the variable geom_count' src_geom_crop.c.o \
    'int geom_count = 3;'
symbols_say 'a table of constants passes' '' src_geom_crop.c.o \
    'extern const char *const geom_names[2];
     const char *const geom_names[2] = {"a", "b"};'
symbols_say 'malloc outside base/mem' 'geom/crop.c calls malloc' src_geom_crop.c.o \
    '#include <stdlib.h>
     void *geom_crop(int n); void *geom_crop(int n) { return malloc((size_t)n); }'
symbols_say 'a shared random state' 'geom/crop.c calls rand' src_geom_crop.c.o \
    '#include <stdlib.h>
     int geom_crop(void); int geom_crop(void) { return rand(); }'
symbols_say 'an empty library' 'nothing exported' src_geom_crop.c.o 'static int x;'

docs_say 'true ones pass' '' 'Cicatrix is small; cicatrix itself, too.'
docs_say 'a link that leads nowhere' 'docs/a.md leads to b.md' '[that](b.md#top)'
docs_say 'a file that is not there' 'docs/a.md names src/geom/crop.c' 'as in `src/geom/crop.c`'
docs_say 'an option that nobody knows' 'docs/a.md gives cicatrix grow the option --colour' \
    '    build/cicatrix grow tree.nii --colour green'
docs_say 'a command that nobody knows' 'docs/a.md runs cicatrix shrink' '`cicatrix shrink --size 2`'
docs_say 'a help whose example is wrong' 'grow --help gives cicatrix grow the option --wide' '' \
    'cicatrix grow --wide 2'
docs_say 'a help without an example' 'grow --help has no example' '' 'none'
docs_say 'a reason that no document has' 'reasons of a verdict docs/confidence.md lacks the reason too-tall' '' \
    'cicatrix grow --size 1' 'too tall'

exit $bad

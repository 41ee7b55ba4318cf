# Sourced by scripts that are run as SCRIPT EMIDEC FOLDER > PAGE: goes to FOLDER, and says where
# EMIDEC, the program and the scripts are.
# shellcheck shell=bash
[ $# -eq 2 ] || {
    echo "usage: $0 EMIDEC FOLDER" >&2
    exit 2
}
# shellcheck disable=SC2034  # for the scripts
here=$(dirname "$(realpath "$0")") emidec=$(realpath "$1")
# shellcheck disable=SC2034
cicatrix=$here/../../build/cicatrix
mkdir -p "$2" || exit
cd "$2" || exit

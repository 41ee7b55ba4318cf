#!/usr/bin/env bash
# Writes segments.md: how far off the beginning of the AHA segments is where the labels hold no
# right ventricle and it is guessed.
#
#   docs/evidence/segments.sh [PATIENTS]
#
# 100 simulated patients if not said; about 1 s of one core each, and 0.2 GB under build/evidence.
set -euo pipefail
patients=${1:-100}
cd "$(dirname "$0")/../.."
cicatrix=build/cicatrix
work=build/evidence/segments
page=docs/evidence/segments.md
rm -rf "$work"
mkdir -p "$work"

"$cicatrix" simulate -o "$work/cohort" --patients "$patients" --seed 4 --quiet
for labels in truth reader1; do
    "$cicatrix" measure "$work/cohort/$labels" -o "$work/$labels" >/dev/null 2>&1
done

# id, found by, degrees: of each patient's results.json
angles() { # FOLDER
    awk -F'[:,]' '/"id":/ { gsub(/[ "]/, "", $2); id = $2 }
        /"by":/ { gsub(/[ "]/, "", $2); by = $2 }
        /"angle_deg":/ { gsub(/ /, "", $2); print id, by, $2 }' "$1"/*/results.json | sort
}
join <(angles "$work/truth") <(angles "$work/reader1") | awk '
    $2 == "rv" && $4 == "patient" && $3 != "null" && $5 != "null" {
        d = $5 - $3
        while (d > 180) d -= 360
        while (d < -180) d += 360
        print d < 0 ? -d : d, d
    }' | sort -n >"$work/off"
numbers=$(awk '{ off[NR] = $1; sum += $1; bias += $2 }
    END { printf "| %d | %.1f | %.1f | %.1f | %.1f | %+.1f |", NR, sum / NR,
        off[int((NR + 1) / 2)], off[int(0.9 * NR + 0.5)], off[NR], bias / NR }' "$work/off")

{
    cat <<TXT
# Where AHA segments begin when there is no right ventricle

*Simulated patients, no real ones.* Segments are counted from the anterior insertion of the right
ventricle. The exact labels of a simulated patient hold that ventricle, and \`measure\` finds the place in
them; the readers' contours do not, as most do not, and it is guessed from how the picture lies in the body.
This page is the output of \`docs/evidence/segments.sh $patients\`: what the guess is off from what is found.

    cicatrix simulate -o cohort --patients $patients --seed 4
    cicatrix measure cohort/truth -o truth
    cicatrix measure cohort/reader1 -o reader1

| patients | degrees off, mean | median | 90 % below | largest | bias |
|---:|---:|---:|---:|---:|---:|
$numbers

A segment spans 60 degrees (90 at the apex), so such a guess moves a part of a segment's scar into its
neighbour; \`--reference-angle\` sets the place. Simulated hearts lie as the simulator draws them: how far
off the guess is in patients was not measured.
TXT
} >"$page.tmp"
mv "$page.tmp" "$page"
echo "$page"

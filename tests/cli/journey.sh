#!/bin/sh
# The whole way by command line alone, from an import to an export, reading nothing but --json.
# Needs PYTHON, and a present directory with `source/`, which holds a copy of the package `textual`.
set -eu

patchbay() { "$PYTHON" -m tui.cli --store store --user alice --json "$@"; }

field() { # print one field of the JSON document on standard input
    "$PYTHON" -c '
import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]:
    value = value[int(key)] if isinstance(value, list) else value[key]
print(json.dumps(value) if isinstance(value, (list, dict, bool)) else value)' "$@"
}

edit() { # change a definition by a sed script, over the text that its editor shows
    patchbay editor show "$1" > shown.json
    field text < shown.json | sed "$2" | sed '$ { /^$/ d; }' > edited.py
    definition=$1
    shift 2
    patchbay editor save "$definition" --file edited.py --shown "$(field shown_digest < shown.json)" "$@"
}

expect() { # expect WHAT WANTED FOUND
    if [ "$2" != "$3" ]; then
        echo "$1: expected $2, found $3" >&2
        exit 1
    fi
}

patchbay init --import source > init.json
patchbay session start three-at-once -d "Three definitions side by side" > start.json

for name in textual.geometry.clamp textual._loop.loop_first textual.color.rgb_to_lab; do
    patchbay editor open "$name" > /dev/null
done

# Two definitions, each into a new patch of its own; the third is left unassigned.
edit textual.geometry.clamp 's/^    """\([A-Z]\)/    """Journey: \1/' --new-patch first > saved.json
first=$(field patches 0 < saved.json)
edit textual._loop.loop_first 's/^    """\([A-Z]\)/    """Journey: \1/' --new-patch second > saved.json
second=$(field patches 0 < saved.json)
edit textual.color.rgb_to_lab 's/^    """\([A-Z]\)/    """Journey: \1/' > saved.json
expect "the third asks for a patch" true "$(field asks < saved.json)"
third=$(patchbay status | field editors 2 patch)
expect "the third is in no patch" None "$third"

# Its editor closed, the first one is saved again by name and joins its patch unasked.
patchbay editor close textual.geometry.clamp > /dev/null
edit_again() {
    patchbay show textual.geometry.clamp --patch first | field text \
        | sed 's/Journey: /Journey, again: /' | sed '$ { /^$/ d; }' \
        | patchbay editor save textual.geometry.clamp --file -
}
edit_again > saved.json
expect "joined unasked" "$first" "$(field chosen < saved.json)"
expect "did not ask" false "$(field asks < saved.json)"

# The second depends on the first, so it refuses to be merged and says why.
patchbay patch depend second first > /dev/null
patchbay patch ready first > /dev/null
patchbay patch ready second > /dev/null
code=0
patchbay patch merge second > refused.json || code=$?
expect "the refusal's exit code" 1 "$code"
expect "the refusal's code" dependency-unmerged "$(field error code < refused.json)"
expect "the refusal's reason" "waits for A first" "$(field error blockers 0 message < refused.json)"

# The first is merged; the second becomes ready; closing merges it.
expect "the second waits" false "$(patchbay patch show second | field patch ready_to_merge)"
patchbay patch merge first -m "The first of three" > merged.json
expect "the merge's revision" 2 "$(field revision < merged.json)"
expect "the second is ready" true "$(patchbay patch show second | field patch ready_to_merge)"
patchbay session close > closed.json
expect "merged by closing" "[\"$second\"]" "$(field merged < closed.json)"
expect "failed by closing" "[]" "$(field patches_failed < closed.json)"

patchbay export out > export.json

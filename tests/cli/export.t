#!/bin/sh
# export: ONNX files that ONNX's own checker takes; nothing stays behind after a failure.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
model=$(default_model)
cd "$work" || exit 1

# ONNX's checker with the inference of shapes, where Debian's python3-onnx is installed
accepted() { # FILE
    /usr/bin/python3 - "$1" >out 2>err <<'PYTHON'
import sys
import onnx
model = onnx.load(sys.argv[1])  # given a path, the checker would write into the file
onnx.checker.check_model(model, full_check=True)
graph = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph
assert [v.name for v in graph.input] == ["image"], graph.input
assert [v.name for v in graph.output] == ["logits"], graph.output
PYTHON
}

for network in segment locate; do
    run export "$model" --network $network --onnx $network.onnx
    [ $status -eq 0 ] && [ -s $network.onnx ] && [ ! -s out ] && [ ! -s err ]
    ok "writes the network $network without a word"
    grep -aq 'each slice clipped to its' $network.onnx && grep -aq 'LV blood pool' $network.onnx
    ok 'with the preparation of the image and the labels of the classes'
    if /usr/bin/python3 -c 'import onnx' 2>/dev/null; then
        accepted $network.onnx
        ok "ONNX's checker accepts it"
    else
        skip "ONNX's checker accepts it" 'no python3-onnx'
    fi
done
run export "$model" --onnx again.onnx
cmp -s segment.onnx again.onnx
ok 'segment is the default, and the bytes are the same again'
[ -s locate.onnx ] && ! cmp -s segment.onnx locate.onnx
ok 'the two networks differ'

run export no-such-model --onnx a.onnx
refused 'an unknown model' 1 no-such-model 'no model'
head -c 10000 "$model" >cut.safetensors
run export cut.safetensors --onnx a.onnx
refused 'a file that is cut' 1 cut.safetensors 'header|short|end|trunc'
run export "$model" --onnx nowhere/a.onnx
refused 'a folder that is missing' 1 nowhere/a.onnx 'no such file'
run export "$model" --onnx a.onnx --network both
refused 'a network that models do not have' 2 both 'segment'
cp "$model" own.safetensors
chmod u+w own.safetensors
ln -s own.safetensors link.onnx
run export own.safetensors --onnx link.onnx
refused 'a name that leads to the model itself' 1 link.onnx 'model itself'
run export "$model" --onnx own.safetensors
refused 'a network by the name of a model' 2 own.safetensors 'end in .onnx'
cmp -s "$model" own.safetensors
ok 'and the model is whole'
run export "$model"
refused 'no format' 2 onnx 'missing|needs|required'
run export --onnx a.onnx
[ $status -eq 2 ]
ok 'no model'
[ ! -e a.onnx ]
ok 'none of these wrote a file'

# A disk that is full after 80 blocks
(
    ulimit -f 80
    "$CICATRIX" export "$model" --onnx full.onnx >out 2>err
)
status=$?
refused 'a full disk is an error' 1 full.onnx 'large|space|write'
[ "$(find . -name '*full*' | wc -l)" -eq 0 ]
ok 'and leaves no part of a file'

finish

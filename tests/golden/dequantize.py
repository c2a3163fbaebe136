"""Golden values of GGML block types from the `gguf` Python package (its reference dequantisation in numpy).

Usage: python dequantize.py OUT.json   (gguf, numpy)

For each type: four blocks (two of 256 elements) of random bytes whose scales are ordinary half-precision numbers, and
the f32 values' bits.
"""
import json
import sys

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

# Where the half-precision numbers of a block begin.
SCALES = {
    Type.F32: [], Type.F16: [], Type.BF16: [],
    Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2], Type.Q8_0: [0],
    Type.Q2_K: [80, 82], Type.Q3_K: [108], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208],
}
rng = np.random.default_rng(0)
golden = {}
for type, scales in SCALES.items():
    block, size = gguf.GGML_QUANT_SIZES[type]
    blocks = {1: 32, 32: 4, 256: 2}[block]
    if scales:
        data = rng.integers(0, 256, (blocks, size), dtype=np.uint8)
        for at in scales:
            half = rng.normal(0, 0.05, blocks).astype(np.float16)
            half[-1] = np.float16(3e-7)  # subnormal
            data[:, at:at + 2] = half.view(np.uint8).reshape(blocks, 2)
    else:
        values = rng.normal(0, 1, blocks).astype(np.float32)
        values[:6] = [0, -0.0, 65504, 6e-8, 1e-5, -1]
        data = {
            Type.F32: lambda: values,
            Type.F16: lambda: values.astype(np.float16),
            Type.BF16: lambda: gguf.quants.quantize(values, Type.BF16),
        }[type]().view(np.uint8)
    out = gguf.quants.dequantize(data.reshape(-1) if not scales else data, type).astype(np.float32)
    golden[type.name] = {"number": int(type), "bytes": data.tobytes().hex(), "f32_bits": out.reshape(-1).view(np.uint32).tolist()}
with open(sys.argv[1], "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")

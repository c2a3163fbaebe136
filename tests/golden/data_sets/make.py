"""Parquet files with the types that the Hub's data sets have, as it converts them: python make.py (pyarrow)

mbpp.parquet   task_id as a 32-bit integer, lists of texts
cola.parquet   label as a 64-bit integer
"""
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
TEXT, TEXTS = pa.string(), pa.list_(pa.string())

mbpp = pa.table(
    {
        "task_id": pa.array([11, 12], pa.int32()),
        "text": pa.array(["Add two numbers.", "Say “ü”."], TEXT),
        "code": pa.array(["def add(a, b):\n    return a + b", "def say():\n    return 'ü'"], TEXT),
        "test_list": pa.array([["assert add(1, 2) == 3", "assert add(0, 0) == 0"], []], TEXTS),
        "test_setup_code": pa.array(["", ""], TEXT),
        "challenge_test_list": pa.array([[], ["assert say()"]], TEXTS),
    }
)
cola = pa.table(
    {
        "sentence": pa.array(["Books are read.", "Read books the."], TEXT),
        "label": pa.array([1, 0], pa.int64()),
        "idx": pa.array([0, 1], pa.int32()),
    }
)
for name, table in {"mbpp": mbpp, "cola": cola}.items():
    pq.write_table(table, HERE / f"{name}.parquet", compression="snappy")

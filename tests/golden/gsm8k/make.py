"""Writes sample.parquet as the Hub converts data sets (Snappy, one row group): python make.py"""
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

rows = [
    {"question": "Ann has 3 bags of 4 plums. How many plums?", "answer": "3 * 4 = <<3*4=12>>12 plums.\n#### 12"},
    {"question": "A “big” jar costs €1,000. Two?", "answer": "2*1,000 = $<<2*1000=2000>>2,000\n#### 2,000"},
]
pq.write_table(pa.Table.from_pylist(rows), Path(__file__).parent / "sample.parquet", compression="snappy")

#!/usr/bin/env python3
"""One row per TCP connection of many captures, as Parquet, with Spark.

    spark-submit captures_spark.py 'captures/*.pcap*' connections.parquet

Each file is read by `sonde capture -r FILE --connections --json` on an executor; captures have to be on a file system that all
of them see. A damaged file costs its own rows only: what sonde read before the damage is kept, and OUT.errors lists every such
file with sonde's message.
"""
import glob
import json
import os
import subprocess
import sys

from pyspark.sql import SparkSession
from pyspark.sql.types import DoubleType, IntegerType, LongType, StringType, StructField, StructType

# A part of the fields of schema/sonde.schema.json, with the types that they have there.
FIELDS = [
    ("ts", DoubleType()), ("duration", DoubleType()), ("orig_h", StringType()), ("orig_p", IntegerType()),
    ("resp_h", StringType()), ("resp_p", IntegerType()), ("conn_state", StringType()), ("history", StringType()),
    ("orig_bytes", LongType()), ("resp_bytes", LongType()), ("community_id", StringType()),
]
ROWS = StructType([StructField("file", StringType(), False), StructField("error", StringType())]
                  + [StructField(name, kind) for name, kind in FIELDS])
SONDE = os.environ.get("SONDE", "sonde")


def value(record, name, kind):
    found = record.get(name)
    return float(found) if found is not None and isinstance(kind, DoubleType) else found


def connections(path):
    """The rows of one file, and one with the error, if there was one."""
    run = subprocess.Popen([SONDE, "capture", "-r", path, "--connections", "--json"],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in run.stdout:
        record = json.loads(line)
        if record["type"] == "connection":
            yield (path, None, *(value(record, name, kind) for name, kind in FIELDS))
    errors = [line for line in run.stderr.read().splitlines() if line.startswith("sonde: ")]
    if run.wait() != 0:
        yield (path, errors[0] if errors else f"exit code {run.returncode}", *(None for _ in FIELDS))


def main(pattern, output):
    spark = SparkSession.builder.appName("sonde captures").getOrCreate()
    paths = sorted(glob.glob(pattern))
    slices = min(len(paths), 2 * spark.sparkContext.defaultParallelism)
    rows = spark.createDataFrame(spark.sparkContext.parallelize(paths, max(1, slices)).flatMap(connections), ROWS).cache()
    rows.where("error is null").drop("error").write.mode("overwrite").parquet(output)
    rows.where("error is not null").select("file", "error").coalesce(1).write.mode("overwrite").json(output + ".errors")
    print(f"{rows.where('error is null').count()} connections of {len(paths)} files, "
          f"{rows.where('error is not null').count()} files with errors")
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

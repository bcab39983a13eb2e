"""Exported tables, as DuckDB, pandas, polars and TensorBoard read them, held against the CSV tables.

Usage: exports.py RESULTS    after `etascape export RESULTS` in both formats
"""

import csv
import math
import struct
import sys
from pathlib import Path

import duckdb
import pandas
import polars
from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator
from tensorboard.plugins.hparams import metadata, plugin_data_pb2

results = Path(sys.argv[1])


def rows(table):
    with open(results / f"{table}.csv", newline="") as file:
        return list(csv.DictReader(file))


def same(cell, value):
    """Whether a value is what a cell says: missing is missing, NaN is NaN, and numbers are the same to the last bit."""
    if cell == "" or value is None:
        return cell == "" and value is None
    if isinstance(value, bool):
        return cell == str(value).lower()
    if isinstance(value, float):
        return (math.isnan(value) and cell == "NaN") or float(cell) == value
    return cell == str(value)


for table in ["runs", "curves"]:
    expected, path = rows(table), str(results / "export" / f"{table}.parquet")
    frame = pandas.read_parquet(path)
    assert list(frame.columns) == list(expected[0]) and len(frame) == len(expected)
    assert str(frame["run_id"].dtype) == "int64"
    polar = polars.read_parquet(path)
    relation = duckdb.sql(f"SELECT * FROM '{path}'")
    columns, duck = relation.columns, relation.fetchall()
    for name in columns:
        of_polars, place = polar[name].to_list(), columns.index(name)
        for number, row in enumerate(expected):
            assert same(row[name], of_polars[number]), (table, name, number, row[name], of_polars[number])
            assert same(row[name], duck[number][place]), (table, name, number, row[name], duck[number][place])
        missing = sum(row[name] in ("", "NaN") for row in expected)
        assert frame[name].isna().sum() == missing, (table, name)
    print(f"{path}: {len(expected)} rows, {dict(zip(columns, map(str, relation.types)))}")

curves = {}
for row in rows("curves"):
    curves.setdefault(row["run_id"], []).append(row)
single = lambda cell: struct.unpack("f", struct.pack("f", float(cell)))[0]
folder = results / "export" / "tensorboard"


def plugin(accumulator, tag):
    content = accumulator.summary_metadata[tag].plugin_data.content
    return plugin_data_pb2.HParamsPluginData.FromString(content)


whole = EventAccumulator(str(folder)).Reload()
experiment = plugin(whole, metadata.EXPERIMENT_TAG).experiment
metrics = [info.name.tag for info in experiment.metric_infos]
parameters = [info.name for info in experiment.hparam_infos]
for row in rows("runs"):
    run = EventAccumulator(str(folder / f"run-{int(row['run_id']):05}"), size_guidance={SCALARS: 0}).Reload()
    for tag in metrics:
        points = [(int(p["step"]), single(p[tag])) for p in curves[row["run_id"]] if p[tag] != ""]
        read = [(event.step, event.value) for event in run.Scalars(tag)] if tag in run.Tags()["scalars"] else []
        assert str(points) == str(read), (row["run_id"], tag)
    start = plugin(run, metadata.SESSION_START_INFO_TAG).session_start_info
    for name in parameters:
        value = start.hparams[name]
        kind = value.WhichOneof("kind")
        assert same(row[name], getattr(value, kind)) or float(row[name]) == value.number_value, (row["run_id"], name)
    end = plugin(run, metadata.SESSION_END_INFO_TAG).session_end_info
    assert (end.status == 2) == (row["status"] in ("failed", "timeout"))
print(f"{folder}: {len(rows('runs'))} runs with {metrics}, by {parameters}")

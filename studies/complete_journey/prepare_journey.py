"""What the data set's files need before they can be loaded: links, and one column.

`campaigns.parquet` says which household got which campaign but not when, and an activity has a
time; so the first day of the campaign, which `campaign_descriptions.parquet` knows, is written
beside each row. Nothing else is changed.

By hand: prepare_journey.py DATA_FOLDER NEW_FOLDER
"""

import sys
from pathlib import Path

LOADED = ("transactions.parquet", "coupon_redemptions.parquet", "demographics.parquet")
FILES = (*LOADED, "campaigns.parquet", "campaign_descriptions.parquet")


def dated(data, folder):
    """Fills the folder to load from; gives what the files hold, counted without theirs."""
    import pyarrow.parquet as parquet

    data, folder = Path(data).resolve(), Path(folder)
    folder.mkdir(parents=True)
    for name in LOADED:
        (folder / name).symlink_to(data / name)
    campaigns = parquet.read_table(data / "campaigns.parquet")
    starts = parquet.read_table(data / "campaign_descriptions.parquet",
                                columns=["campaign_id", "start_date"])
    campaigns = campaigns.join(starts, "campaign_id", join_type="left outer")
    order = [("campaign_id", "ascending"), ("household_id", "ascending")]
    parquet.write_table(campaigns.sort_by(order), folder / "campaigns_dated.parquet")
    return held(folder)


def held(folder):
    """Rows, sales to the cent, and the household with most transactions."""
    from decimal import Decimal

    import pyarrow.parquet as parquet

    bought = parquet.read_table(folder / "transactions.parquet",
                                columns=["household_id", "sales_value"])
    # A decimal column rounds each value to the cent; so does this.
    values = bought["sales_value"].value_counts().to_pylist()
    cents = sum(Decimal(repr(v["values"])).quantize(Decimal("0.01")) * v["counts"] for v in values)
    households = bought["household_id"].value_counts().to_pylist()
    busiest = max(households, key=lambda entry: (entry["counts"], -entry["values"]))
    names = {"transactions": "transactions", "campaigns": "campaigns_dated",
             "coupon_redemptions": "coupon_redemptions"}
    rows = {name: parquet.read_metadata(folder / f"{file}.parquet").num_rows
            for name, file in names.items()}
    return {"rows": {**rows, "households": len(households)}, "sales": float(cents),
            "busiest": busiest["values"], "busiest_rows": busiest["counts"]}


def rewritten(folder):
    """Writes the transactions anew: the same rows in other bytes."""
    import pyarrow.parquet as parquet

    path = Path(folder) / "transactions.parquet"
    table = parquet.read_table(path)
    path.unlink()
    parquet.write_table(table, path, compression="gzip")


if __name__ == "__main__":
    dated(*sys.argv[1:3])

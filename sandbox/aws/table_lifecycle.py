"""DynamoDB tables take time to be made and to go, as on AWS; in ministack both are instant.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html#DDB-Type-TableDescription-TableStatus
"""

import os
import time

from ministack.services import dynamodb
from ministack.services.dynamodb import error_response_json

# Kept inside the table's record, so that a restart finds them again. Wall-clock seconds.
CREATED_AT = "_sandbox_created_at"
DELETED_AT = "_sandbox_deleted_at"
DATA_OPERATIONS = ("_put_item", "_get_item", "_update_item", "_delete_item", "_query", "_scan")
CONTROL_OPERATIONS = ("_update_table", "_tag_resource", "_untag_resource")

_create_table = dynamodb._create_table
_delete_table = dynamodb._delete_table
_describe_table = dynamodb._describe_table
_list_tables = dynamodb._list_tables
_table_description = dynamodb._table_description


def _transition_seconds() -> float:
    return float(os.environ.get("DYNAMODB_TRANSITION_SECONDS", "1"))


def _younger(table: dict, stamp: str) -> bool:
    return stamp in table and time.time() - table[stamp] < _transition_seconds()


def _status(table: dict) -> str:
    if DELETED_AT in table:
        return "DELETING"
    return "CREATING" if _younger(table, CREATED_AT) else table["TableStatus"]


def _sweep() -> None:
    """Takes away the tables whose time in DELETING is over."""
    for name, table in list(dynamodb._tables.items()):
        if DELETED_AT in table and not _younger(table, DELETED_AT):
            _delete_table({"TableName": name})


def _table_of(data: dict) -> dict | None:
    reference = data.get("TableName") or data.get("ResourceArn", "").rpartition("table/")[2]
    return dynamodb._tables.get(dynamodb._normalize_table_name(reference)) if reference else None


def _in_use(message: str):
    return error_response_json(
        "ResourceInUseException", f"Attempt to change a resource which is still in use: {message}", 400
    )


def table_description(name: str) -> dict:
    table = dynamodb._tables[name]
    description = {**_table_description(name), "TableStatus": _status(table)}
    if description["TableStatus"] == "CREATING" and "GlobalSecondaryIndexes" in description:
        description["GlobalSecondaryIndexes"] = [
            {**index, "IndexStatus": "CREATING"} for index in description["GlobalSecondaryIndexes"]
        ]
    return description


def create_table(data: dict):
    _sweep()
    existing = _table_of(data)
    if existing and DELETED_AT in existing:
        return _in_use(f"Table is being deleted: {existing['TableName']}")
    answer = _create_table(data)
    if answer[0] != 200 or _transition_seconds() <= 0:
        return answer
    name = data["TableName"]
    dynamodb._tables[name][CREATED_AT] = time.time()
    return dynamodb.json_response({"TableDescription": table_description(name)})


def delete_table(data: dict):
    _sweep()
    table = _table_of(data)
    if not table or _transition_seconds() <= 0 or table.get("DeletionProtectionEnabled"):
        return _delete_table(data)
    if refusal := _refusal_unless_active(table):
        return refusal
    table[DELETED_AT] = time.time()
    return dynamodb.json_response({"TableDescription": table_description(table["TableName"])})


def _refusal_unless_active(table: dict):
    status = _status(table)
    if status == "ACTIVE":
        return None
    doing = "created" if status == "CREATING" else "deleted"
    return _in_use(f"Table is being {doing}: {table['TableName']}")


def _after_sweep(operation):
    def swept(data: dict):
        _sweep()
        return operation(data)

    return swept


def _on_usable_table(operation):
    """No items before ACTIVE; a table that is being deleted may still answer, as on AWS."""

    def guarded(data: dict):
        _sweep()
        table = _table_of(data)
        if table and _status(table) == "CREATING":
            return error_response_json("ResourceNotFoundException", "Requested resource not found", 400)
        return operation(data)

    return guarded


def _on_settled_table(operation):
    def guarded(data: dict):
        _sweep()
        table = _table_of(data)
        if table and (refusal := _refusal_unless_active(table)):
            return refusal
        return operation(data)

    return guarded


def install() -> None:
    dynamodb._table_description = table_description
    dynamodb._create_table, dynamodb._delete_table = create_table, delete_table
    dynamodb._describe_table, dynamodb._list_tables = _after_sweep(_describe_table), _after_sweep(_list_tables)
    for name in DATA_OPERATIONS:
        setattr(dynamodb, name, _on_usable_table(getattr(dynamodb, name)))
    for name in CONTROL_OPERATIONS:
        setattr(dynamodb, name, _on_settled_table(getattr(dynamodb, name)))

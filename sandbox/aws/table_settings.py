"""What AWS says of a table's encryption and time to live, and which table a call is about, where ministack differs.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSEDescription.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
"""

import json

from ministack.core import iam_actions
from ministack.services import dynamodb
from ministack.services.dynamodb import error_response_json

_sse_description_from_spec = dynamodb._sse_description_from_spec
_describe_ttl = dynamodb._describe_ttl
_update_ttl = dynamodb._update_ttl


def sse_description_from_spec(spec: dict | None) -> dict | None:
    """A table with DynamoDB's own key has no description of it."""
    return _sse_description_from_spec(spec) if spec and spec.get("Enabled") else None


def _setting(data: dict) -> dict:
    return dynamodb._ttl_settings.get(dynamodb._normalize_table_name(data.get("TableName")), {})


def describe_ttl(data: dict):
    setting = _setting(data)
    if setting.get("TimeToLiveStatus") == "DISABLED":
        return dynamodb.json_response({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
    return _describe_ttl(data)


def update_ttl(data: dict):
    setting, spec = _setting(data), data.get("TimeToLiveSpecification", {})
    is_on = setting.get("TimeToLiveStatus") == "ENABLED"
    refusal = None
    if not spec.get("Enabled"):
        refusal = None if is_on else "TimeToLive is already disabled"
    elif is_on and setting.get("AttributeName") == spec.get("AttributeName"):
        refusal = "TimeToLive is already enabled"
    if is_on and setting.get("AttributeName") != spec.get("AttributeName"):
        refusal = (
            "TimeToLive is active on a different AttributeName: current AttributeName is "
            f"{setting.get('AttributeName')}"
        )
    return error_response_json("ValidationException", refusal, 400) if refusal else _update_ttl(data)


_resource_arns = iam_actions.dynamodb_resource_arns


def resource_arns(body: bytes, region: str, account: str) -> list[str]:
    """Tags and resource policies name their table by its ARN; IAM evaluates them for that."""
    arns = _resource_arns(body, region, account)
    try:
        named = arns or json.loads(body or b"{}").get("ResourceArn")
    except (ValueError, AttributeError):
        return arns
    return [named] if isinstance(named, str) else arns


def install() -> None:
    iam_actions.dynamodb_resource_arns = resource_arns
    dynamodb._sse_description_from_spec = sse_description_from_spec
    dynamodb._describe_ttl, dynamodb._update_ttl = describe_ttl, update_ttl

"""How AWS says no, in each service's own words and wire format: denied, throttled, failed."""

import json
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ministack.core import iam_actions

DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
CORAL = "com.amazon.coral.service#"
NAMESPACES = {"iam": "https://iam.amazonaws.com/doc/2010-05-08/", "sts": "https://sts.amazonaws.com/doc/2011-06-15/"}
SERVICES = ("dynamodb", "eks", "eks-auth", *NAMESPACES)

_ministacks_denial = iam_actions.access_denied_response


@dataclass
class Answer:
    status: int
    code: str
    message: str


DENIED = {
    "dynamodb": Answer(400, f"{CORAL}AccessDeniedException", ""),
    "eks": Answer(403, "AccessDeniedException", ""),
    "eks-auth": Answer(400, "AccessDeniedException", ""),
    "iam": Answer(403, "AccessDenied", ""),
    "sts": Answer(403, "AccessDenied", ""),
}
THROTTLED = {
    "dynamodb": Answer(400, "com.amazon.coral.availability#ThrottlingException", "Rate exceeded"),
    "eks": Answer(429, "ThrottlingException", "Rate exceeded"),
    "eks-auth": Answer(429, "ThrottlingException", "Rate exceeded"),
    "iam": Answer(400, "Throttling", "Rate exceeded"),
    "sts": Answer(400, "Throttling", "Rate exceeded"),
}
# What DynamoDB says of a table's throughput, not of the rate of calls that change or describe tables.
THROTTLED_ITEMS = Answer(
    400,
    f"{DYNAMODB}ProvisionedThroughputExceededException",
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning "
    "level with the UpdateTable API.",
)
SINGLE_ITEM_ACTIONS = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}
ITEM_ACTIONS = SINGLE_ITEM_ACTIONS | {"BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"}
INTERNAL = "The request processing has failed because of an unknown error, exception or failure."
FAILED = {
    "dynamodb": Answer(500, f"{DYNAMODB}InternalServerError", INTERNAL),
    "eks": Answer(500, "ServerException", INTERNAL),
    "eks-auth": Answer(500, "InternalServerException", INTERNAL),
    "iam": Answer(500, "ServiceFailure", INTERNAL),
    "sts": Answer(500, "InternalFailure", INTERNAL),
}
UNAVAILABLE = "Service is unable to handle request."


def denied(service: str, action: str, principal: str, resource: str, explicit: bool = False) -> Answer:
    message = iam_actions.identity_denial_message(action, principal, resource, explicit)
    return Answer(DENIED[service].status, DENIED[service].code, message)


def throttled(service: str, action: str) -> Answer:
    if service == "dynamodb" and action.partition(":")[2] in ITEM_ACTIONS:
        return THROTTLED_ITEMS
    return THROTTLED[service]


def failed(service: str, status: int = 500) -> Answer:
    if status != 503:
        return FAILED[service]
    code = "ServiceUnavailable" if service in NAMESPACES or service == "dynamodb" else "ServiceUnavailableException"
    return Answer(503, code, UNAVAILABLE)


def encoded(service: str, answer: Answer, request_id: str):
    """Status, headers and body as the service's SDKs read them."""
    fault = "Sender" if answer.status < 500 else "Receiver"
    headers = {"x-amzn-requestid": request_id}
    if service in NAMESPACES:
        body = (
            f'<ErrorResponse xmlns="{NAMESPACES[service]}"><Error><Type>{fault}</Type><Code>{escape(answer.code)}</Code>'
            f"<Message>{escape(answer.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        ).encode()
        return answer.status, {**headers, "Content-Type": "text/xml"}, body
    if service == "dynamodb":
        field = "Message" if answer.code.startswith(CORAL) else "message"
        body = json.dumps({"__type": answer.code, field: answer.message}).encode()
        checksum = {"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
        return answer.status, {**headers, **checksum}, body
    body = json.dumps({"message": answer.message}).encode()
    return answer.status, {**headers, "Content-Type": "application/json", "x-amzn-errortype": answer.code}, body


def _denial(service: str, action: str, principal_arn: str, request_id: str, **details):
    """IAM's own refusals in the same form as a rule's: ministack leaves out the resource, and answers 403 for all."""
    if service not in SERVICES or details.get("error_code") or details.get("resource_policy_arn"):
        return _ministacks_denial(service, action, principal_arn, request_id, **details)
    explicit = details.get("explicit_deny", False)
    answer = denied(service, action, principal_arn, details.get("resource_arn", "*"), explicit)
    return encoded(service, answer, request_id)


def install() -> None:
    iam_actions.access_denied_response = _denial

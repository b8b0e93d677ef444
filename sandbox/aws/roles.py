"""IAM's answers to role names and trust policies that AWS refuses, and what EKS says about a role."""

import json
import os
import re
import time
import urllib.parse

from ministack.services import iam
from ministack.services.iam import get_account_id

POD_IDENTITY_PRINCIPAL = "pods.eks.amazonaws.com"
CAPABILITIES_PRINCIPAL = "capabilities.eks.amazonaws.com"
CLUSTER_PRINCIPAL = "eks.amazonaws.com"
NODE_PRINCIPAL = "ec2.amazonaws.com"
ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
ROLE_ARN = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/(?:.*/)?([^/]+)")

_create_role = iam._create_role
_update_trust_policy = iam._update_assume_role_policy
_created_at: dict[str, float] = {}


def _malformed(message: str):
    return iam._error(400, "MalformedPolicyDocument", message, ns="iam")


def _trust_policy_fault(document: str | None) -> str | None:
    """IAM's message for a trust policy it refuses, or None."""
    try:
        policy = json.loads(document or "")
    except ValueError:
        return "This policy contains invalid Json"
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    for statement in _as_list(statements):
        if not isinstance(statement, dict):
            return "Syntax errors in policy."
        if "Resource" in statement or "NotResource" in statement:
            return "Has prohibited field Resource"
        if "Principal" not in statement and "NotPrincipal" not in statement:
            return "Missing required field Principal"
    return None


def _as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def create_role(params):
    name = iam._p(params, "RoleName") or ""
    if not ROLE_NAME.fullmatch(name):
        return iam._error(
            400,
            "ValidationError",
            "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the "
            "following: +=,.@_- and be at most 64 characters long",
            ns="iam",
        )
    if fault := _trust_policy_fault(iam._p(params, "AssumeRolePolicyDocument")):
        return _malformed(fault)
    answer = _create_role(params)
    if answer[0] == 200:
        _created_at[name] = time.monotonic()
    return answer


def update_trust_policy(params):
    if fault := _trust_policy_fault(iam._p(params, "PolicyDocument")):
        return _malformed(fault)
    return _update_trust_policy(params)


def statements_for(policy: dict, service: str) -> list[dict]:
    """The statements of a trust policy that are about a service: by its name, or because they are about everybody."""

    def names(principal) -> bool:
        if not isinstance(principal, dict):
            return principal == "*"
        return service in _as_list(principal.get("Service")) or "*" in _as_list(principal.get("AWS"))

    def is_about(statement: dict) -> bool:
        return not names(statement["NotPrincipal"]) if "NotPrincipal" in statement else names(statement.get("Principal"))

    return [statement for statement in _as_list(policy.get("Statement")) if is_about(statement)]


def is_spreading(name: str) -> bool:
    """True while IAM has not told the rest of AWS of a new role."""
    propagation = float(os.environ.get("EKS_ROLE_PROPAGATION_SECONDS", "0"))
    return time.monotonic() - _created_at.get(name, float("-inf")) < propagation


def lets_in(role: dict, service: str, tagging: bool = True) -> bool:
    """True when a service may assume the role, and tag the session unless told otherwise; conditions are not evaluated."""
    try:
        policy = json.loads(urllib.parse.unquote(role["AssumeRolePolicyDocument"]))
    except ValueError:
        return False
    allowed: set[str] = set()
    for statement in statements_for(policy, service):
        if statement.get("Effect") == "Allow":
            allowed.update(_as_list(statement.get("Action")))
    wanted = {"sts:AssumeRole", "sts:TagSession"} if tagging else {"sts:AssumeRole"}
    return bool(allowed & {"*", "sts:*"}) or wanted <= allowed


def known(arn: str) -> dict | None:
    """The role of this account that EKS knows by now."""
    match = ROLE_ARN.fullmatch(arn)
    if not match or match.group(1) != get_account_id() or is_spreading(match.group(2)):
        return None
    return iam._roles.get(match.group(2))


def pod_identity_fault(arn: str) -> str | None:
    """EKS's message for a role that cannot be bound by Pod Identity, or None."""
    match = ROLE_ARN.fullmatch(arn)
    if not match:
        return "Invalid role ARN"
    account, name = match.groups()
    if account != get_account_id():
        return None  # a role of another account cannot be looked at from here
    role = iam._roles.get(name)
    if not role or is_spreading(name):
        return "Role provided in the request does not exist."
    if not lets_in(role, POD_IDENTITY_PRINCIPAL):
        return "Trust policy of the role provided in the request is invalid."
    return None


def install() -> None:
    replaced = {"CreateRole": create_role, "UpdateAssumeRolePolicy": update_trust_policy}
    iam._create_role, iam._update_assume_role_policy = create_role, update_trust_policy
    for table in [value for value in vars(iam).values() if isinstance(value, dict) and "CreateRole" in value]:
        table.update(replaced)

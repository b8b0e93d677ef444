"""EKS access entries and access policies as AWS keeps them, and who somebody is to the API server.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
ministack lacks: the names that EKS gives by default, the kind EC2, refusals. Of the access policies those are here whose
rules the sandbox has as ClusterRoles (authenticator/manifests); EKS has an authorizer of its own for them.
"""

import re

from ministack.services import eks
from ministack.services.eks import get_account_id, get_region

import roles

ADMIN = "AmazonEKSClusterAdminPolicy"
KRO = "AmazonEKSKROPolicy"
ACK = "AmazonEKSACKPolicy"
# What EKS itself associates, and nobody asks the API server for in the sandbox.
SILENT = (ACK, "AmazonEKSAutoNodePolicy")
POLICY_ARN = re.compile(r"arn:aws[\w-]*:eks::aws:cluster-access-policy/(\w+)")
PRINCIPAL_ARN = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):(?:root|(user|role)/(?:.*/)?([^/]+))")

_build = eks._build_access_entry
_create = eks._create_access_entry
_associate = eks._associate_access_policy


def default_username(principal: str) -> str:
    """https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html"""
    match = PRINCIPAL_ARN.fullmatch(principal)
    if not match or match.group(2) != "role":
        return principal
    partition = principal.split(":")[1]
    return f"arn:{partition}:sts::{match.group(1)}:assumed-role/{match.group(3)}/{{{{SessionName}}}}"


def build(cluster: str, principal: str, body: dict) -> dict:
    entry = _build(cluster, principal, body)
    if entry["type"] != "STANDARD":
        entry["username"] = "system:node:{{EC2PrivateDNSName}}"
        entry["kubernetesGroups"] = ["system:nodes"]
    entry["username"] = entry["username"] or default_username(principal)
    return entry


def create(cluster: str, body: dict):
    principal = body.get("principalArn") or ""
    match = PRINCIPAL_ARN.fullmatch(principal)
    if not match:
        return eks._error(400, "InvalidParameterException", "The specified principalArn is invalid: invalid principal.")
    if match.group(2) == "role" and match.group(1) == get_account_id() and not roles.known(principal):
        return eks._error(400, "InvalidParameterException", "The specified principalArn is invalid: invalid principal.")
    answer = _create(cluster, body)
    if answer[0] == 409:
        message = "The specified access entry resource is already in use on this cluster."
        return eks._error(409, "ResourceInUseException", message)
    return answer


def associate(cluster: str, principal: str, body: dict):
    match = POLICY_ARN.fullmatch(body.get("policyArn") or "")
    if not match or match.group(1) not in (ADMIN, KRO, *SILENT):
        message = f"The policyArn in the request, {body.get('policyArn')}, is not implemented by the sandbox's EKS"
        return eks._error(400, "InvalidParameterException", message)
    if (body.get("accessScope") or {}).get("type") == "namespace":
        message = "An access scope of namespaces is not implemented by the sandbox's EKS"
        return eks._error(400, "InvalidParameterException", message)
    return _associate(cluster, principal, body)


def ensure(cluster: str, principal: str, policy: str, kind: str = "STANDARD") -> bool:
    """What EKS itself gives to a principal. Whether it has made the entry for that."""
    key = eks._ae_key(cluster, principal)
    made = key not in eks._access_entries
    if made:
        eks._access_entries[key] = build(cluster, principal, {"type": kind})
    arn = f"arn:aws:eks::aws:cluster-access-policy/{policy}"
    now = eks._now()
    scope = {"type": "cluster", "namespaces": []}
    record = {"policyArn": arn, "accessScope": scope, "associatedAt": now, "modifiedAt": now}
    eks._access_policies.setdefault(eks._ap_key(cluster, principal, arn), record)
    return made


def groups_of(cluster: str, entry: dict) -> list[str]:
    """The groups of an entry's principal: one for each access policy, see authenticator/manifests."""
    prefix = eks._ap_key(cluster, entry["principalArn"], "")
    policies = [policy["policyArn"].rpartition("/")[2] for key, policy in eks._access_policies.items() if key.startswith(prefix)]
    return [*entry["kubernetesGroups"], *(f"eks:access-policy:{policy}" for policy in policies)]


def user_of(cluster: str, principal: str, session: str = "") -> dict | None:
    """Whom the API server takes a principal of IAM for; None where it has no access entry."""
    entry = eks._access_entry_for_principal(cluster, get_account_id(), get_region(), principal)
    if not entry or entry["type"] != "STANDARD":
        return None
    session = session or principal.rpartition("/")[2]
    username = entry["username"].replace("{{SessionName}}", session).replace("{{AccountID}}", get_account_id())
    return {"username": username, "groups": groups_of(cluster, entry)}


def install() -> None:
    eks._build_access_entry = build
    eks._create_access_entry = create
    eks._associate_access_policy = associate

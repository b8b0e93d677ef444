"""EKS Capabilities, which ministack lacks: kro and ACK, that run in the sandbox anyway.

https://docs.aws.amazon.com/eks/latest/userguide/working-with-capabilities.html
While a cluster has one that is ACTIVE, kro is to the API server whom the role's access entry makes it, and ACK calls AWS as
the role: what they may do is what was given to those. Without one they are the sandbox's own.
"""

import json
import re
import time

import access
import addons
import clusters
import roles
from ministack.services import eks
from ministack.services.eks import get_account_id, get_region

PATH = re.compile(r"/clusters/([A-Za-z0-9_-]+)/capabilities(?:/([^/]+))?")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
POLICIES = {"KRO": access.KRO, "ACK": access.ACK}
VERSIONS = {"KRO": "0.9.4-1", "ACK": "1.0.0-1"}
SUMMARY = ("capabilityName", "arn", "type", "status", "version", "createdAt", "modifiedAt")


def _of(cluster: str) -> dict[str, dict]:
    return clusters.capabilities_of(eks._clusters[cluster])


def _shown(one: dict) -> dict:
    public = {key: value for key, value in one.items() if not key.startswith("_")}
    return {**public, "status": clusters.status(one), "tags": dict(eks._tags.get(one["arn"], {}))}


def _answer(one: dict):
    return eks._json_resp(200, {"capability": _shown(one)})


def _missing(cluster: str, name: str):
    message = f"No capability found for name: {name} in cluster: {cluster}."
    return eks._error(404, "ResourceNotFoundException", message)


def _fault(body: dict) -> str | None:
    """EKS's message for a capability that it would not make, or None."""
    kind, arn = body.get("type"), body.get("roleArn") or ""
    if not NAME.fullmatch(body.get("capabilityName") or ""):
        return "capabilityName: 1 to 100 letters, digits, hyphens and underscores."
    if kind not in POLICIES:
        return f"type: {kind} is not implemented by the sandbox's EKS, only KRO and ACK"
    if body.get("configuration"):
        return f"configuration is not supported for capability type {kind}."
    if body.get("deletePropagationPolicy") != "RETAIN":
        return "deletePropagationPolicy must be RETAIN."
    role = roles.known(arn)
    if not role:
        return f"roleArn, {arn}, does not exist"
    if not roles.lets_in(role, roles.CAPABILITIES_PRINCIPAL):
        return f"Role could not be assumed because the trusted entity is not correct: {arn}"
    return None


def create(cluster: str, body: dict):
    if refusal := clusters.unless_active(cluster):
        return refusal
    held, name, kind = _of(cluster), body.get("capabilityName") or "", body.get("type")
    if name in held:
        return clusters.in_use(f"Capability already exists with name {name} and cluster name {cluster}")
    if any(one["type"] == kind for one in held.values()):
        return clusters.in_use(f"Capability already exists with type {kind} and cluster name {cluster}")
    if fault := _fault(body):
        return clusters.invalid(fault)
    now = eks._now()
    arn = f"arn:aws:eks:{get_region()}:{get_account_id()}:capability/{cluster}/{kind.lower()}/{name}/{eks.new_uuid()}"
    held[name] = {
        "capabilityName": name,
        "arn": arn,
        "clusterName": cluster,
        "type": kind,
        "roleArn": body["roleArn"],
        "version": VERSIONS[kind],
        "health": {"issues": []},
        "createdAt": now,
        "modifiedAt": now,
        "deletePropagationPolicy": "RETAIN",
        clusters.CREATED_AT: time.time(),
        # EKS itself makes the role's access entry.
        "_made_entry": access.ensure(cluster, body["roleArn"], POLICIES[kind]),
    }
    if body.get("tags"):
        eks._tags[arn] = dict(body["tags"])
    return _answer(held[name])


def _delete(cluster: str, name: str):
    held = _of(cluster)
    if name not in held:
        return _missing(cluster, name)
    one = held[name]
    if clusters.status(one) != "ACTIVE":
        return clusters.in_use(f"Capability {name} is in {clusters.status(one)} state.")
    one[clusters.DELETED_AT] = time.time()
    if one["_made_entry"]:
        eks._delete_access_entry(cluster, one["roleArn"])
    return _answer(one)


def answer(method: str, path: str, body: dict):
    """The API's answer; None for a path of another's."""
    match = PATH.fullmatch(path)
    if not match:
        return None
    cluster, name = match.groups()
    if cluster not in eks._clusters:
        return clusters.not_found(cluster)
    match (method, name):
        case ("POST", None):
            return create(cluster, body)
        case ("GET", None):
            summaries = [{key: _shown(one)[key] for key in SUMMARY} for one in _of(cluster).values()]
            return eks._json_resp(200, {"capabilities": summaries})
        case ("GET", _):
            return _answer(_of(cluster)[name]) if name in _of(cluster) else _missing(cluster, name)
        case ("DELETE", _):
            return _delete(cluster, name)
    return clusters.not_implemented("UpdateCapability")


def active(kind: str) -> tuple[str, dict] | None:
    """The cluster with an ACTIVE capability of a kind, and that; with several the first."""
    # Of every region: whoever asks may be in another.
    for (_, _, cluster), record in list(eks._clusters.all_items()):
        for one in clusters.capabilities_of(record).values():
            if one["type"] == kind and clusters.status(one) == "ACTIVE":
                return cluster, one
    return None


def kro_user() -> dict | None:
    """Whom kro is to the API server: an empty object for the sandbox's own, None where it may not come in."""
    found = active("KRO")
    return access.user_of(found[0], found[1]["roleArn"], "KRO") if found else {}


def resolve_tag_resource_arn(arn: str):
    if ":capability/" not in arn:
        return _resolve_tag_resource_arn(arn)
    there = any(one["arn"] == arn for cluster in list(eks._clusters) for one in _of(cluster).values())
    return (arn, None) if there else (None, eks._tag_resource_not_found(arn))


def install() -> None:
    global _resolve_tag_resource_arn
    _resolve_tag_resource_arn = eks._resolve_tag_resource_arn
    eks._resolve_tag_resource_arn = resolve_tag_resource_arn
    handle = eks._handle_request_sync

    def routed(method, path, headers, body_bytes, query_params):
        try:
            body = json.loads(body_bytes) if body_bytes else {}
        except ValueError:
            body = {}
        own = answer(method, path, body) or addons.answer(method, path, query_params)
        return own or handle(method, path, headers, body_bytes, query_params)

    eks._handle_request_sync = routed

"""EKS Pod Identity associations as AWS keeps them.

https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
ministack lacks: the role's checks, the wording and id form of AWS, clientRequestToken, tags on an association's ARN, and all but the first
hundred of a list.
"""

import asyncio
import json
import os
import secrets
import string
import threading
import time

import roles
from ministack.services import eks
from ministack.services.eks import get_account_id, get_region

ID_ALPHABET = string.ascii_lowercase + string.digits
ID_LENGTH = 17
CHANGES = {f"eks:{verb}PodIdentityAssociation" for verb in ("Create", "Update", "Delete")}
ADMISSION_PATIENCE_SECONDS = 5
PAGE = 100

_lock = threading.Lock()
_update = eks._update_pod_identity_association
_delete = eks._delete_pod_identity_association
_describe = eks._describe_pod_identity_association
_list = eks._list_pod_identity_associations
_resolve_tag_resource_arn = eks._resolve_tag_resource_arn
# (account, region, cluster, namespace, service account) -> when deleted, and the id it had
_deleted: dict[tuple[str, ...], tuple[float, str]] = {}
# (account, region, cluster) -> what was changed lately: when, the association's id, and what it was before, if anything
_changes: dict[tuple[str, ...], list[tuple[float, str, dict | None]]] = {}
# How many changes there were since the start, and how many of them admission knows.
_revision, _written = 0, 0


def _public(association: dict) -> dict:
    """AWS leaves ownerArn out of an association that nobody else owns."""
    return {k: v for k, v in association.items() if not k.startswith("_") and not (k == "ownerArn" and not v)}


def _answer(association: dict):
    return eks._json_resp(200, {"association": _public(association)})


def known(cluster: str) -> list[dict]:
    """The associations that EKS's API tells of."""
    prefix = f"{cluster}\x00"
    return [a for key, a in list(eks._pod_identity_associations.items()) if key.startswith(prefix)]


def _lag() -> float:
    return float(os.environ.get("EKS_ASSOCIATION_LAG_SECONDS", "0"))


def _changes_of(cluster: str) -> list[tuple[float, str, dict | None]]:
    """The changes that EKS has not told the cluster of yet."""
    changes = _changes.setdefault((get_account_id(), get_region(), cluster), [])
    changes[:] = [change for change in changes if time.monotonic() - change[0] < _lag()]
    return changes


def _note_change(cluster: str, association_id: str, before: dict | None) -> None:
    global _revision
    _revision += 1
    _changes_of(cluster).append((time.monotonic(), association_id, before))


def revision() -> int:
    return _revision


def note_written(known_revision: int) -> None:
    """Admission goes by what there was at that revision."""
    global _written
    _written = known_revision


async def admitted() -> None:
    """Where no lag is wanted there is none: waits until admission knows what has changed, if somebody tells it at all."""
    wanted, end = _revision, time.monotonic() + ADMISSION_PATIENCE_SECONDS
    while _lag() <= 0 and _written < wanted and time.monotonic() < end:
        await asyncio.sleep(0.02)


def in_effect(cluster: str) -> list[dict]:
    """The associations as the webhook and the agent of the cluster know them: every change counts after a while."""
    effective = {association["associationId"]: association for association in known(cluster)}
    for _, association_id, before in reversed(_changes_of(cluster)):
        if before is None:
            effective.pop(association_id, None)
        else:
            effective[association_id] = before
    return list(effective.values())


def _in_use(association_id: str):
    return eks._error(409, "ResourceInUseException", f"Association already exists: {association_id}")


def create(cluster: str, body: dict):
    if cluster not in eks._clusters:
        return eks._error(404, "ResourceNotFoundException", f"No cluster found for name: {cluster}.")
    for field in ("namespace", "serviceAccount", "roleArn"):
        if not body.get(field):
            return eks._error(400, "InvalidParameterException", f"{field} is required.")
    pair = (body["namespace"], body["serviceAccount"])
    token = body.get("clientRequestToken")
    with _lock:
        for existing in known(cluster):
            if token and existing.get("_clientRequestToken") == token:
                return _answer(existing)
            if (existing["namespace"], existing["serviceAccount"]) == pair:
                return _in_use(existing["associationId"])
        deleted_at, deleted_id = _deleted.get((get_account_id(), get_region(), cluster, *pair), (float("-inf"), ""))
        if time.monotonic() - deleted_at < float(os.environ.get("EKS_ASSOCIATION_DELETE_SECONDS", "0")):
            return _in_use(deleted_id)
        if fault := roles.pod_identity_fault(body["roleArn"]):
            return eks._error(400, "InvalidParameterException", fault)
        association = _record(cluster, body)
        eks._pod_identity_associations[eks._pia_key(cluster, association["associationId"])] = association
        _note_change(cluster, association["associationId"], None)
        if association["tags"]:
            eks._tags[association["associationArn"]] = dict(association["tags"])
        return _answer(association)


def _record(cluster: str, body: dict) -> dict:
    association_id = "a-" + "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))
    now = eks._now()
    optional = {field: body[field] for field in ("policy", "targetRoleArn") if body.get(field)}
    if "targetRoleArn" in optional:
        optional["externalId"] = eks.new_uuid()
    return {
        "clusterName": cluster,
        "namespace": body["namespace"],
        "serviceAccount": body["serviceAccount"],
        "roleArn": body["roleArn"],
        "associationArn": eks._pod_identity_association_arn(cluster, association_id),
        "associationId": association_id,
        "tags": dict(body.get("tags") or {}),
        "createdAt": now,
        "modifiedAt": now,
        "disableSessionTags": bool(body.get("disableSessionTags", False)),
        "_clientRequestToken": body.get("clientRequestToken"),
        **optional,
    }


def update(cluster: str, association_id: str, body: dict):
    if body.get("roleArn") and (fault := roles.pod_identity_fault(body["roleArn"])):
        return eks._error(400, "InvalidParameterException", fault)
    before = eks._pod_identity_associations.get(eks._pia_key(cluster, association_id))
    before = before and dict(before)
    answer = _update(cluster, association_id, body)
    # An empty text takes it away; the emulator takes that for none given.
    if answer[0] == 200 and body.get("targetRoleArn") == "":
        eks._pod_identity_associations[eks._pia_key(cluster, association_id)].pop("targetRoleArn", None)
    if answer[0] == 200:
        _note_change(cluster, association_id, before)
    return _without_private_fields(answer, cluster, association_id)


def describe(cluster: str, association_id: str):
    return _without_private_fields(_describe(cluster, association_id), cluster, association_id)


def listed(cluster: str, query: dict):
    """A page, and a token where there are more, as AWS has it. ministack sorts by id."""
    answer = _list(cluster, {**query, "maxResults": str(len(eks._pod_identity_associations))})
    if answer[0] != 200:
        return answer
    size = min(int(query.get("maxResults") or PAGE), PAGE)
    rest = [one for one in json.loads(answer[2])["associations"] if one["associationId"] > (query.get("nextToken") or "")]
    more = {"nextToken": rest[size - 1]["associationId"]} if len(rest) > size else {}
    return eks._json_resp(200, {"associations": rest[:size], **more})


def _without_private_fields(answer, cluster: str, association_id: str):
    association = eks._pod_identity_associations.get(eks._pia_key(cluster, association_id))
    return _answer(association) if answer[0] == 200 and association else answer


def delete(cluster: str, association_id: str):
    association = eks._pod_identity_associations.get(eks._pia_key(cluster, association_id))
    answer = _delete(cluster, association_id)
    if answer[0] != 200 or not association:
        return answer
    _note_change(cluster, association_id, association)
    pair = (association["namespace"], association["serviceAccount"])
    _deleted[(get_account_id(), get_region(), cluster, *pair)] = (time.monotonic(), association_id)
    return _answer(association)


def resolve_tag_resource_arn(arn: str):
    if ":podidentityassociation/" not in arn:
        return _resolve_tag_resource_arn(arn)
    return (arn, None) if _by_arn(arn) else (None, eks._tag_resource_not_found(arn))


def _by_arn(arn: str) -> dict | None:
    return next((a for a in eks._pod_identity_associations.values() if a["associationArn"] == arn), None)


def _keeps_association_tags(change_tags):
    """TagResource and UntagResource must show in DescribePodIdentityAssociation too."""

    def changed(arn: str, request):
        answer = change_tags(arn, request)
        if association := _by_arn(arn):
            association["tags"] = dict(eks._tags.get(arn, {}))
        return answer

    return changed


def install() -> None:
    eks._create_pod_identity_association = create
    eks._update_pod_identity_association = update
    eks._describe_pod_identity_association = describe
    eks._delete_pod_identity_association = delete
    eks._list_pod_identity_associations = listed
    eks._resolve_tag_resource_arn = resolve_tag_resource_arn
    eks._tag_resource = _keeps_association_tags(eks._tag_resource)
    eks._untag_resource = _keeps_association_tags(eks._untag_resource)

"""What comes before ministack: the rule file, EKS Auth and the Pod Identity Agent, and who calls.

Paths of the sandbox's own, without a signature:
  GET /v1/credentials                   the Pod Identity Agent's, with a pod's token in the header Authorization
  GET /_sandbox/associations            the associations that there are, those in effect, the region, and a revision;
                                        query `written`: the revision that pods are admitted by
  GET /_sandbox/kro                     whom kro is to the API server, by its capability: username and groups, empty
                                        without one, null where it has no access entry
  GET /_sandbox/calls                   how many calls there were since the start: by the part of the sandbox that made them,
                                        empty for all others, and by action, such as eks:CreatePodIdentityAssociation
  POST /_sandbox/user                   the user of a token of `aws eks get-token`, which is the body; or null
"""

import asyncio
import json
import os

import answers
import authenticator
import capabilities
import eks_auth
import pod_identity
from ministack import app
from ministack.core.iam_actions import extract_iam_action, extract_resource_arn
from ministack.core.iam_evaluator import request_caller_arn
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import detect_service, extract_access_key_id, extract_region
from ministack.services import eks, sts
from rules import BadRules, Rule, RuleFile

FOR_EVER_SECONDS = 24 * 3600
RULES_INVALID = "InvalidSandboxRules"

_dispatch = app._dispatch_service_request
_rules = RuleFile(os.environ.get("AWS_RULES_FILE", ""))
# Name by access key, of those that the sandbox runs itself.
_parts: dict[str, str] = {}
_ack_role: str | None = None
_calls: dict[str, dict[str, int]] = {}


async def dispatch(method: str, path: str, headers: dict, body: bytes, query_params: dict, request_id: str):
    match (method, path):
        case ("GET", "/_sandbox/associations"):
            return _json(_associations(query_params))
        case ("GET", "/_sandbox/kro"):
            return _json(capabilities.kro_user())
        case ("GET", "/_sandbox/calls"):
            return _json(_calls)
        case ("POST", "/_sandbox/user"):
            return _json(authenticator.user_of(body.decode()))
    _let_ack_be_its_role()
    own = _eks_auth(method, path, headers, body)
    if own:
        service, action, resource = "eks-auth", "eks-auth:AssumeRoleForPodIdentity", own.resource
    else:
        service, action, resource = _call(method, path, headers, body, query_params)

    if action:
        by_action = _calls.setdefault(_parts.get(extract_access_key_id(headers), ""), {})
        by_action[action] = by_action.get(action, 0) + 1

    async def answer():
        if own is None:
            return await _dispatch(method, path, headers, body, query_params, request_id)
        refusal = own.signed and app._authenticate_only("eks", headers, query_params, request_id)
        return refusal or own.answer()

    try:
        return await _by_rules(service, action, resource, headers, query_params, answer, request_id)
    finally:
        if action in pod_identity.CHANGES:
            await pod_identity.admitted()


async def _by_rules(service: str, action: str, resource: str, headers: dict, query_params: dict, answer, request_id: str):
    try:
        rules = _rules.current()
    except BadRules as error:
        known = service if service in answers.SERVICES else "eks"
        return answers.encoded(known, answers.Answer(400, RULES_INVALID, str(error)), request_id)
    if service not in answers.SERVICES or not rules:
        return await answer()
    principal = request_caller_arn(headers, query_params)
    for rule in rules:
        if rule.applies(action, resource, principal):
            print(f"rule {rule.number}: {rule.answer} {action} on {resource} by {principal}", flush=True)
            return await _by_rule(rule, (service, action, resource, principal), answer, request_id)
    return await answer()


async def _by_rule(rule: Rule, call: tuple[str, str, str, str], answer, request_id: str):
    if rule.answer in ("hang", "delay"):
        await asyncio.sleep(FOR_EVER_SECONDS if rule.seconds is None else rule.seconds)
        return await answer()
    # The work is done, and the caller does not hear of it.
    if rule.processed:
        await answer()
    return answers.encoded(call[0], rule.applied(*call), request_id)


def _call(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> tuple[str, str, str]:
    """Service, action and resource of a request, as IAM names them."""
    params = app._routing_params(method, path, headers, body, query_params)
    service = detect_service(method, path, headers, params)
    if service not in answers.SERVICES:
        return service, "", ""
    action = extract_iam_action(service, method, path, headers, body, params) or ""
    region = extract_region(headers)
    return service, action, extract_resource_arn(service, method, path, headers, body, params, region, get_account_id())


class _EksAuth:
    """A request to EKS Auth's API, which is signed, or to the agent of a node, which a container asks as it is."""

    def __init__(self, cluster: str, signed: bool, answer):
        self.signed, self.answer = signed, answer
        self.resource = f"arn:aws:eks:{get_region()}:{get_account_id()}:cluster/{cluster}"


def _eks_auth(method: str, path: str, headers: dict, body: bytes) -> _EksAuth | None:
    if method == "POST" and (match := eks_auth.API_PATH.fullmatch(path)):
        return _EksAuth(match.group(1), True, lambda: eks_auth.api_answer(match.group(1), body))
    if method == "GET" and path == eks_auth.AGENT_PATH:
        cluster = os.environ.get("EKS_CLUSTER_NAME", "")
        return _EksAuth(cluster, False, lambda: eks_auth.agent_answer(headers.get("authorization", "")))
    return None


def _json(value):
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


def _associations(query_params: dict) -> dict:
    """Of all clusters: each has the sandbox's API server."""
    if written := query_params.get("written"):
        pod_identity.note_written(int(written[0] if isinstance(written, list) else written))
    names = list(eks._clusters)

    def shown(of_cluster) -> list[dict]:
        associations = [one for name in names for one in of_cluster(name)]
        return [{key: one[key] for key in ("namespace", "serviceAccount", "associationId")} for one in associations]

    known, in_effect = shown(pod_identity.known), shown(pod_identity.in_effect)
    return {"revision": pod_identity.revision(), "region": get_region(), "known": known, "inEffect": in_effect}


def _let_ack_be_its_role() -> None:
    """While there is an ACK capability, the controllers call as its role, whose policies count; else they may do everything."""
    global _ack_role
    found = capabilities.active("ACK")
    role = found[1]["roleArn"] if found else None
    if role == _ack_role:
        return
    _ack_role = role
    for access_key, name in _parts.items():
        if not name.startswith("ack-"):
            continue
        if role is None:
            _register(access_key, name)
            continue
        arn, _ = sts._assumed_role_arn(role, "ACK")
        identity = {"Arn": arn, "UserId": f"{sts._role_id(role)}:ACK", "PrincipalType": "AssumedRole"}
        _register(access_key, name, identity)


def _register(access_key: str, name: str, identity: dict | None = None) -> None:
    """Lets a part call with a name of its own, so that a rule can be about it; it may do everything, or what another may."""
    account = get_account_id()
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/sandbox",
        "UserId": f"AROASANDBOX:{name}",
        "SecretAccessKey": "test",
        "SessionToken": "test",
        "AccountId": account,
        "PrincipalType": "Root",
        **(identity or {}),
    }
    sts.register_session(access_key, session)


def install() -> None:
    if path := _rules.path:
        try:
            _rules.current()
        except BadRules as error:
            raise SystemExit(f"the rules for AWS are not right: {error}") from None
        print(f"rules: {path}, read again when it changes", flush=True)
    # <access key>=<name>, separated by commas
    for pair in filter(None, os.environ.get("AWS_PARTS", "").split(",")):
        access_key, name = pair.split("=", 1)
        _parts[access_key] = name
        _register(access_key, name)
    app._dispatch_service_request = dispatch

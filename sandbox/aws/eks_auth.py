"""EKS Auth's AssumeRoleForPodIdentity, which ministack lacks, and the Pod Identity Agent's address for pods.

https://docs.aws.amazon.com/eks/latest/APIReference/API_auth_AssumeRoleForPodIdentity.html
"""

import datetime
import json
import os
import re
import time
import urllib.parse

import pod_identity
import roles
from ministack.core.iam_evaluator import EvalContext, evaluate_trust_policy
from ministack.services import eks, iam, sts
from ministack.services.eks import get_account_id, get_region
from tokens import AUDIENCE, InvalidToken, pod_of

API_PATH = re.compile(r"/clusters/([^/]+)/assume-role-for-pod-identity")
# What containers find at 169.254.170.23 on EKS: a container here takes this host's port of the endpoint.
AGENT_PATH = "/v1/credentials"
SESSION_SECONDS = 6 * 3600
NO_PERMISSION = "Unauthorized Exception! EKS does not have permissions to assume the associated role."


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code = status, code


def assume_role(cluster: str, token: str) -> dict:
    """The API's answer as Python values; raises Refused."""
    if cluster not in eks._clusters:
        raise Refused(404, "ResourceNotFoundException", f"No cluster found for name: {cluster}.")
    try:
        pod = pod_of(token)
    except InvalidToken as error:
        raise Refused(400, error.code, str(error)) from None
    pair = (pod["namespace"], pod["serviceAccount"])
    found = [a for a in pod_identity.in_effect(cluster) if (a["namespace"], a["serviceAccount"]) == pair]
    if not found:
        message = f"No association found for service account {pod['serviceAccount']} of namespace {pod['namespace']}"
        raise Refused(404, "ResourceNotFoundException", message)
    association = found[0]
    if association.get("targetRoleArn"):
        raise Refused(400, "InvalidRequestException", "targetRoleArn is not implemented by the sandbox's EKS Auth")
    tags = {} if association.get("disableSessionTags") else _session_tags(cluster, pod)
    if not _may_assume(association["roleArn"], tags):
        raise Refused(400, "AccessDeniedException", NO_PERMISSION)
    return _session(cluster, pod, association, tags)


def _session_tags(cluster: str, pod: dict) -> dict[str, str]:
    return {
        "eks-cluster-arn": eks._clusters[cluster]["arn"],
        "eks-cluster-name": cluster,
        "kubernetes-namespace": pod["namespace"],
        "kubernetes-service-account": pod["serviceAccount"],
        "kubernetes-pod-name": pod["podName"],
        "kubernetes-pod-uid": pod["podUid"],
    }


def _may_assume(arn: str, tags: dict[str, str]) -> bool:
    match = roles.ROLE_ARN.fullmatch(arn)
    role = iam._roles.get(match.group(2)) if match else None
    if not role or roles.is_spreading(match.group(2)):
        return False
    policy = json.loads(urllib.parse.unquote(role["AssumeRolePolicyDocument"]))
    # ministack takes nobody for a service: the statements about this one are those about everybody here.
    own = [{**statement, "Principal": "*"} for statement in roles.statements_for(policy, roles.POD_IDENTITY_PRINCIPAL)]

    # What AWS documents that a trust policy may go by; aws:SourceArn is not documented for Pod Identity, and there is none.
    asked = {
        "aws:sourceaccount": get_account_id(),
        "aws:principalisawsservice": "true",
        "aws:principalservicename": roles.POD_IDENTITY_PRINCIPAL,
    }

    def allows(action: str) -> bool:
        context = EvalContext(
            principal_arn=f"arn:aws:iam::{get_account_id()}:root",
            principal_type="Service",
            principal_account=get_account_id(),
            action=action,
            resource_arn=arn,
            region=get_region(),
            request_tags=tags,
            tag_keys=list(tags),
            service_context=asked,
        )
        return evaluate_trust_policy({"Statement": own}, context.principal_arn, context)

    return allows("sts:AssumeRole") and (not tags or allows("sts:TagSession"))


def _session(cluster: str, pod: dict, association: dict, tags: dict[str, str]) -> dict:
    name = f"eks-{cluster}-{pod['podName']}"[:27] + f"-{eks.new_uuid()}"
    arn, _ = sts._assumed_role_arn(association["roleArn"], name)
    role_id = sts._role_id(association["roleArn"])
    expires = int(time.time()) + SESSION_SECONDS
    credentials = {
        "accessKeyId": iam._gen_session_access_key(),
        "secretAccessKey": iam._gen_secret(),
        "sessionToken": iam._gen_session_token(),
        "expiration": expires,
    }
    policy = association.get("policy")
    sts.register_session(
        credentials["accessKeyId"],
        {
            "Arn": arn,
            "UserId": f"{role_id}:{name}",
            "SecretAccessKey": credentials["secretAccessKey"],
            "SessionToken": credentials["sessionToken"],
            "Expiration": expires,
            "AccountId": association["roleArn"].split(":")[4],
            "PrincipalType": "AssumedRole",
            "SessionTags": [{"Key": key, "Value": value} for key, value in tags.items()],
            "SessionPolicies": {"Policy": policy, "PolicyArns": []} if policy else None,
        },
    )
    return {
        "subject": {"namespace": pod["namespace"], "serviceAccount": pod["serviceAccount"]},
        "audience": AUDIENCE,
        "podIdentityAssociation": {key: association[key] for key in ("associationArn", "associationId")},
        "assumedRoleUser": {"arn": arn, "assumeRoleId": f"{role_id}:{name}"},
        "credentials": credentials,
    }


def api_answer(cluster: str, body: bytes):
    """The API's answer to a request as status, headers and body."""
    try:
        request = json.loads(body or b"{}")
        return eks._json_resp(200, assume_role(cluster, str(request.get("token", ""))))
    except Refused as error:
        return eks._error(error.status, error.code, str(error))


def _cluster_of(token: str) -> str:
    """The cluster with the association of a pod: all of them have the sandbox's API server. By default the first there was."""
    try:
        pod = pod_of(token)
    except InvalidToken:
        pod = {}
    for cluster in list(eks._clusters):
        for one in pod_identity.in_effect(cluster):
            if (one["namespace"], one["serviceAccount"]) == (pod.get("namespace"), pod.get("serviceAccount")):
                return cluster
    return os.environ.get("EKS_CLUSTER_NAME", "")


def agent_answer(token: str):
    """The agent's answer to a container: the form that the AWS SDKs' container credentials have."""
    try:
        answer = assume_role(_cluster_of(token), token)
    except Refused as error:
        text = f"(EKS Auth) {error.code}: {error}"
        return error.status, {"Content-Type": "text/plain"}, text.encode()
    credentials = answer["credentials"]
    expiration = datetime.datetime.fromtimestamp(credentials["expiration"], datetime.UTC)
    return eks._json_resp(
        200,
        {
            "AccessKeyId": credentials["accessKeyId"],
            "SecretAccessKey": credentials["secretAccessKey"],
            "Token": credentials["sessionToken"],
            "AccountId": answer["assumedRoleUser"]["arn"].split(":")[4],
            "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    )

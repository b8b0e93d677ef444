"""Who the bearer of a token of `aws eks get-token` is: a request to STS, signed for a cluster, that was not sent.

https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
On AWS it is signed for STS's own host; in the sandbox's environment for this endpoint.
"""

import base64
import datetime
import hashlib
import os
import urllib.parse

import access
from ministack.core.iam_evaluator import CredentialResolutionError, resolve_credential
from ministack.core.sigv4 import build_canonical_request, build_string_to_sign, calculate_signature, signatures_match
from ministack.services import eks

PREFIX = "k8s-aws-v1."
CLUSTER_HEADER = "x-k8s-aws-id"
VALIDITY_SECONDS = 15 * 60
NO_BODY = hashlib.sha256(b"").hexdigest()


def user_of(token: str) -> dict | None:
    """The user's name, uid and groups; None for a token that EKS would not take."""
    try:
        encoded = token.removeprefix(PREFIX)
        url = urllib.parse.urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
        query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        flat = {name: value for name, (value,) in query.items()}
        key, day, region, service, _ = flat["X-Amz-Credential"].split("/")
        signed_at = datetime.datetime.strptime(flat["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
        signed_headers, signature = flat["X-Amz-SignedHeaders"], flat["X-Amz-Signature"]
    except (ValueError, KeyError):
        return None
    age = (datetime.datetime.now(datetime.UTC) - signed_at).total_seconds()
    is_ours = url.hostname in ("127.0.0.1", "localhost") and url.port == int(os.environ.get("GATEWAY_PORT", "4566"))
    is_right = (flat.get("Action"), service) == ("GetCallerIdentity", "sts") and CLUSTER_HEADER in signed_headers.split(";")
    if not (token.startswith(PREFIX) and is_ours and is_right and -300 < age < VALIDITY_SECONDS):
        return None
    credential = resolve_credential(key, eks.get_account_id(), flat.get("X-Amz-Security-Token"))
    if isinstance(credential, CredentialResolutionError):
        return None
    # The cluster's name is signed, and not in the token.
    for cluster in list(eks._clusters):
        headers = {"host": url.netloc, CLUSTER_HEADER: cluster}
        request = build_canonical_request("GET", url.path or "/", headers, query, signed_headers, payload_hash=NO_BODY)
        text = build_string_to_sign(flat["X-Amz-Date"], day, region, service, request)
        expected = calculate_signature(credential.secret_access_key, day, region, service, text)
        if signatures_match(expected, signature):
            user = access.user_of(cluster, credential.principal_arn)
            return user and {**user, "uid": credential.principal_id or credential.principal_arn}
    return None

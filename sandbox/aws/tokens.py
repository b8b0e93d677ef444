"""Reads the service account tokens that the API server signs (RS256), as EKS does. Python has no RSA of its own."""

import base64
import hashlib
import json
import os
import time

AUDIENCE = "pods.eks.amazonaws.com"
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


class InvalidToken(Exception):
    """EKS Auth refuses the token; `code` is the API's own error."""

    def __init__(self, message: str, code: str = "InvalidTokenException"):
        super().__init__(message)
        self.code = code


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _is_signed(signed: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256; the public key is a JWK in EKS_SERVICE_ACCOUNT_JWK."""
    key = json.loads(os.environ.get("EKS_SERVICE_ACCOUNT_JWK") or "{}")
    if "n" not in key:
        raise InvalidToken("the sandbox's AWS endpoint was started without EKS_SERVICE_ACCOUNT_JWK")
    modulus, exponent = (int.from_bytes(_decoded(key[part]), "big") for part in ("n", "e"))
    length = (modulus.bit_length() + 7) // 8
    digest = SHA256_PREFIX + hashlib.sha256(signed).digest()
    expected = b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
    number = int.from_bytes(signature, "big")
    return len(signature) == length and pow(number, exponent, modulus).to_bytes(length, "big") == expected


def pod_of(token: str) -> dict[str, str]:
    """The pod that a token speaks for: namespace, serviceAccount, podName, podUid.

    Raises InvalidToken for a token that EKS Auth would refuse.
    """
    try:
        head, claims_part, signature = token.split(".")
        header, claims = json.loads(_decoded(head)), json.loads(_decoded(claims_part))
        signed = header.get("alg") == "RS256" and _is_signed(f"{head}.{claims_part}".encode(), _decoded(signature))
        about = claims.get("kubernetes.io") or {}
        audience = claims.get("aud") or []
        expires = float(claims.get("exp", 0))
    except (ValueError, AttributeError, TypeError):
        raise InvalidToken("The token included in the request is invalid.") from None
    if not signed:
        raise InvalidToken("The token included in the request has an invalid signature.")
    if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise InvalidToken("The token included in the request has an invalid audience.")
    if time.time() > expires:
        raise InvalidToken("The token included in the request is expired.", "ExpiredTokenException")
    pod = about.get("pod") or {}
    if not about.get("serviceaccount") or not pod:
        raise InvalidToken("The token included in the request is not of a pod.")
    return {
        "namespace": about["namespace"],
        "serviceAccount": about["serviceaccount"]["name"],
        "podName": pod["name"],
        "podUid": pod["uid"],
    }

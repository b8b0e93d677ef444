"""The EKS cluster: DescribeCluster names the sandbox's own API server."""

import base64
import os

from ministack import app
from ministack.services import eks

_sanitize = eks._sanitize


def keep_away_from_docker() -> None:
    """ministack starts k3s, and sweeps up containers, where it finds Docker. The sandbox has its own control plane."""
    eks._get_docker = lambda: None
    app._docker_socket_present = lambda: False
    app.container_reaper.start = lambda *_: None


def _with_local_api_server(cluster: dict) -> dict:
    answer = _sanitize(cluster)
    if endpoint := os.environ.get("EKS_CLUSTER_ENDPOINT"):
        answer["endpoint"] = endpoint
    ca_file = os.environ.get("EKS_CLUSTER_CA_FILE")
    if ca_file and os.path.exists(ca_file):
        with open(ca_file, "rb") as file:
            answer["certificateAuthority"] = {"data": base64.b64encode(file.read()).decode()}
    return answer


def install() -> None:
    eks._sanitize = _with_local_api_server


def ensure(name: str) -> None:
    """Makes the cluster unless the kept state already has it."""
    if name in eks._clusters:
        return
    # Nobody sees the cluster's own role, so that there is none; where IAM is evaluated, EKS would ask for it.
    evaluated, app.AUTH = app.AUTH, False
    status, _, body = eks._create_cluster({"name": name, "version": os.environ.get("EKS_CLUSTER_VERSION", "1.36")})
    app.AUTH = evaluated
    if status != 200:
        raise SystemExit(f"cannot make the EKS cluster {name}: {body}")

"""EKS clusters. Whatever its name, a cluster's endpoint is the sandbox's own API server: there is one, and no other nodes.

https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
ministack lacks: CREATING and DELETING, the checks of the roles and of Auto Mode, its settings. What is not here is refused.
"""

import base64
import os
import time

import access
import cluster_faults
from ministack import app
from ministack.services import eks

# Kept inside the cluster's record, so that a restart finds them again. Wall-clock seconds.
CREATED_AT = "_sandbox_created_at"
DELETED_AT = "_sandbox_deleted_at"
VERSION = "1.36"
SETTINGS = {
    "name", "version", "roleArn", "resourcesVpcConfig", "kubernetesNetworkConfig", "logging", "clientRequestToken", "tags",
    "encryptionConfig", "accessConfig", "bootstrapSelfManagedAddons", "upgradePolicy", "computeConfig", "storageConfig",
    "deletionProtection",
}  # fmt: skip

_sanitize = eks._sanitize
_create_cluster = eks._create_cluster
_delete_cluster = eks._delete_cluster
_describe_cluster = eks._describe_cluster
_list_clusters = eks._list_clusters


def keep_away_from_docker() -> None:
    """ministack starts k3s, and sweeps up containers, where it finds Docker. The sandbox has its own control plane."""
    eks._get_docker = lambda: None
    app._docker_socket_present = lambda: False
    app.container_reaper.start = lambda *_: None


def version() -> str:
    return os.environ.get("EKS_CLUSTER_VERSION", VERSION)


def _transition_seconds() -> float:
    return float(os.environ.get("EKS_TRANSITION_SECONDS", "0"))


def capabilities_of(cluster: dict) -> dict[str, dict]:
    """A cluster's capabilities by name, without those whose time in DELETING is over. In its record, which is kept."""
    held = cluster.setdefault("_capabilities", {})
    for name, one in list(held.items()):
        if DELETED_AT in one and not is_younger(one, DELETED_AT):
            eks._tags.pop(held.pop(name)["arn"], None)
    return held


def is_younger(record: dict, stamp: str) -> bool:
    """Whether a cluster or a capability is still on its way since then."""
    return stamp in record and time.time() - record[stamp] < _transition_seconds()


def status(record: dict) -> str:
    if DELETED_AT in record:
        return "DELETING"
    return "CREATING" if is_younger(record, CREATED_AT) else "ACTIVE"


def _remove(name: str):
    for key in [key for key in eks._addons if key.startswith(f"{name}/")]:
        eks._tags.pop(eks._addons.pop(key)["addonArn"], None)
    return _delete_cluster(name)


def _sweep() -> None:
    """Takes away the clusters whose time in DELETING is over."""
    for name, cluster in list(eks._clusters.items()):
        if DELETED_AT in cluster and not is_younger(cluster, DELETED_AT):
            _remove(name)


def not_found(name: str):
    return eks._error(404, "ResourceNotFoundException", f"No cluster found for name: {name}.")


def invalid(message: str):
    return eks._error(400, "InvalidParameterException", message)


def not_implemented(what: str):
    return invalid(f"{what} is not implemented by the sandbox's EKS")


def in_use(message: str):
    return eks._error(409, "ResourceInUseException", message)


def unless_active(name: str):
    """EKS's refusal of a change to a cluster that isn't there, or on its way; None where it may be changed."""
    _sweep()
    cluster = eks._clusters.get(name)
    if not cluster:
        return not_found(name)
    now = status(cluster)
    return None if now == "ACTIVE" else in_use(f"Cluster {name} is in {now} state: it must be ACTIVE.")


def shown(cluster: dict) -> dict:
    """A cluster as DescribeCluster has it."""
    answer = _sanitize(cluster)
    answer["status"] = status(cluster)
    answer["tags"] = dict(eks._tags.get(cluster["arn"], {}))
    # Until it is there EKS tells neither.
    reachable = answer["status"] != "CREATING"
    if endpoint := os.environ.get("EKS_CLUSTER_ENDPOINT"):
        answer["endpoint"] = endpoint if reachable else None
    ca_file = os.environ.get("EKS_CLUSTER_CA_FILE")
    if not reachable:
        answer["certificateAuthority"] = None
    elif ca_file and os.path.exists(ca_file):
        with open(ca_file, "rb") as file:
            answer["certificateAuthority"] = {"data": base64.b64encode(file.read()).decode()}
    return answer


def create(body: dict, creator_arn: str | None = None):
    _sweep()
    name = body.get("name") or ""
    if unknown := sorted(set(body) - SETTINGS):
        return not_implemented(f"{', '.join(unknown)} of a cluster")
    if body.get("version") not in (None, version()):
        return not_implemented(f"Kubernetes {body['version']}: its API server is {version()}, and another")
    if name in eks._clusters:
        return in_use(f"Cluster already exists with name: {name}")
    if fault := cluster_faults.fault(body):
        return invalid(fault)
    answer = _create_cluster({**body, "version": version(), **_defaults(body)}, creator_arn)
    if answer[0] != 200:
        return answer
    cluster = eks._clusters[name]
    cluster[CREATED_AT] = time.time()
    _complete(cluster, body)
    if node_role := (body.get("computeConfig") or {}).get("nodeRoleArn"):
        access.ensure(name, node_role, "AmazonEKSAutoNodePolicy", "EC2")
    return eks._json_resp(200, {"cluster": shown(cluster)})


def _defaults(body: dict) -> dict:
    given = body.get("accessConfig") or {}
    config = {
        "authenticationMode": given.get("authenticationMode", "CONFIG_MAP"),
        "bootstrapClusterCreatorAdminPermissions": given.get("bootstrapClusterCreatorAdminPermissions", True),
    }
    enabled = {kind for one in (body.get("logging") or {}).get("clusterLogging") or [] if one.get("enabled") for kind in one["types"]}
    groups = [(True, sorted(enabled)), (False, [kind for kind in cluster_faults.LOG_TYPES if kind not in enabled])]
    logging = [{"types": types, "enabled": on} for on, types in groups if types]
    return {"accessConfig": config, "logging": {"clusterLogging": logging}}


def _complete(cluster: dict, body: dict) -> None:
    """What ministack leaves out of a cluster."""
    network = body.get("kubernetesNetworkConfig") or {}
    cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"] = network.get("elasticLoadBalancing") or {"enabled": False}
    cluster["computeConfig"] = body.get("computeConfig") or {"enabled": False}
    cluster["storageConfig"] = body.get("storageConfig") or {"blockStorage": {"enabled": False}}
    cluster["upgradePolicy"] = body.get("upgradePolicy") or {"supportType": "EXTENDED"}
    cluster["deletionProtection"] = bool(body.get("deletionProtection"))
    cluster["platformVersion"] = "eks.1"


def delete(name: str):
    _sweep()
    cluster = eks._clusters.get(name)
    if not cluster:
        return not_found(name)
    if cluster.get("deletionProtection"):
        return eks._error(400, "InvalidRequestException", f"Cluster {name} has deletion protection enabled.")
    if held := sorted(capabilities_of(cluster)):
        return in_use(f"Cluster has capabilities attached: {', '.join(held)}")
    if refusal := unless_active(name):
        return refusal
    if _transition_seconds() <= 0:
        return _remove(name)
    cluster[DELETED_AT] = time.time()
    return eks._json_resp(200, {"cluster": shown(cluster)})


def _after_sweep(operation):
    def swept(*args):
        _sweep()
        return operation(*args)

    return swept


def install() -> None:
    eks._sanitize = shown
    eks._create_cluster, eks._delete_cluster = create, delete
    eks._describe_cluster, eks._list_clusters = _after_sweep(_describe_cluster), _after_sweep(_list_clusters)


def ensure(name: str) -> None:
    """Makes the cluster that the sandbox has from the start, unless the kept state already has it, or had it deleted."""
    if name not in eks._clusters:
        # Nobody sees the cluster's own role, so that there is none; where IAM is evaluated, EKS would ask for it.
        evaluated, app.AUTH = app.AUTH, False
        status_code, _, body = _create_cluster({"name": name, "version": version()})
        app.AUTH = evaluated
        if status_code != 200:
            raise SystemExit(f"cannot make the EKS cluster {name}: {body}")
    # Whoever has the sandbox's keys has made it.
    access.ensure(name, f"arn:aws:iam::{eks.get_account_id()}:root", "AmazonEKSClusterAdminPolicy")

"""What EKS has against a cluster before it makes it."""

import roles

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def _auto_mode_fault(body: dict) -> str | None:
    network = (body.get("kubernetesNetworkConfig") or {}).get("elasticLoadBalancing") or {}
    storage = (body.get("storageConfig") or {}).get("blockStorage") or {}
    compute = body.get("computeConfig") or {}
    switches = [bool(part.get("enabled")) for part in (compute, storage, network)]
    if any(switches) != all(switches):
        return (
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled."
        )
    if not any(switches):
        return None
    if body.get("bootstrapSelfManagedAddons") is not False:
        return "When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false."
    if bool(compute.get("nodePools")) != bool(compute.get("nodeRoleArn")):
        return "When Compute Config nodePools is not empty, nodeRoleArn must be set, and the other way round."
    if arn := compute.get("nodeRoleArn"):
        return _role_fault(arn, roles.NODE_PRINCIPAL, tagging=False)
    return None


def _role_fault(arn: str, service: str, tagging: bool) -> str | None:
    role = roles.known(arn)
    if not role:
        return f"roleArn, {arn}, does not exist"
    if not roles.lets_in(role, service, tagging):
        return f"Role could not be assumed because the trusted entity is not correct: {arn}"
    return None


def fault(body: dict) -> str | None:
    """EKS's message for a cluster that it would not make, or None."""
    vpc = body.get("resourcesVpcConfig") or {}
    is_auto = bool((body.get("computeConfig") or {}).get("enabled"))
    if len(set(vpc.get("subnetIds") or [])) < 2:
        return "Subnets specified must be in at least two different AZs"
    if not vpc.get("endpointPublicAccess", True) and not vpc.get("endpointPrivateAccess", False):
        return "Private and public endpoint access cannot be false."
    for setup in (body.get("logging") or {}).get("clusterLogging") or []:
        if unknown := set(setup.get("types") or []) - set(LOG_TYPES):
            return f"Invalid log type: {', '.join(sorted(unknown))}"
    for encryption in body.get("encryptionConfig") or []:
        key = (encryption.get("provider") or {}).get("keyArn") or ""
        if not key.startswith("arn:") or ":kms:" not in key or encryption.get("resources") != ["secrets"]:
            return "Invalid encryptionConfig: it takes the ARN of a KMS key, and secrets as its only resource."
    mode = (body.get("accessConfig") or {}).get("authenticationMode", "API_AND_CONFIG_MAP")
    if is_auto and mode == "CONFIG_MAP":
        return "EKS Auto Mode requires authentication mode API or API_AND_CONFIG_MAP."
    return _role_fault(body.get("roleArn") or "", roles.CLUSTER_PRINCIPAL, tagging=is_auto) or _auto_mode_fault(body)

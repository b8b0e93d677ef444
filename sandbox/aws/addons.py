"""DescribeAddonVersions, which ministack lacks. Of an add-on nothing runs in the sandbox: EKS keeps its record."""

import clusters
from ministack.services import eks

PATH = "/addons/supported-versions"
VERSIONS = {"coredns": "v1.13.2-eksbuild.1", "kube-proxy": "v1.36.0-eksbuild.2"}


def answer(method: str, path: str, query: dict):
    """The API's answer; None for a path of another's."""
    if (method, path) != ("GET", PATH):
        return None
    asked = {key: value[0] if isinstance(value, list) else value for key, value in query.items()}
    name = asked.get("addonName", "")
    if name not in VERSIONS:
        return clusters.not_implemented(f"the add-on {name}")
    fits = {"clusterVersion": clusters.version(), "platformVersions": ["*"], "defaultVersion": True}
    version = {"addonVersion": VERSIONS[name], "architecture": ["amd64", "arm64"], "compatibilities": [fits]}
    return eks._json_resp(200, {"addons": [{"addonName": name, "type": "networking", "addonVersions": [version]}]})

#!/usr/bin/env python3
"""The sandbox's AWS endpoint: ministack and what it lacks for this project.

One HTTP server on 127.0.0.1 answers for every AWS service. The modules beside this one replace single functions
of ministack in memory; no file of the package is touched, so they are written for exactly the pinned version.

Environment:
  GATEWAY_PORT             port to listen on (default 4566)
  AWS_REGION               region of unsigned requests and of the cluster (default us-west-2)
  STATE_DIR                folder that keeps the state over restarts; not set: the state dies with the process
  EKS_CLUSTER_NAME         EKS cluster to have from the start; not set: none is made
  EKS_TRANSITION_SECONDS   how long a cluster or a capability stays CREATING or DELETING (default 0: no time at all)
  EKS_CLUSTER_ENDPOINT     https URL of the API server that DescribeCluster names
  EKS_CLUSTER_CA_FILE      PEM file with that API server's CA certificate; may appear later
  EKS_CLUSTER_VERSION      Kubernetes version that DescribeCluster names (default 1.36)
  DYNAMODB_TRANSITION_SECONDS       how long a table stays CREATING or DELETING (default 1; 0: no time at all)
  EKS_ROLE_PROPAGATION_SECONDS      how long EKS does not know a new IAM role (default 0)
  EKS_ASSOCIATION_LAG_SECONDS       how long a change of a Pod Identity association has no effect on pods (default 0)
  EKS_ASSOCIATION_DELETE_SECONDS    how long a deleted Pod Identity association still refuses its successor (default 0)
  EKS_SERVICE_ACCOUNT_JWK           public key of the API server's service account tokens, as a JWK
  AUTH                     true: signatures are verified and IAM policies evaluated; the keys in AWS_* may do everything
  AWS_PARTS                <access key>=<name>,...: callers of the sandbox's own, with secret and session token `test`
  AWS_RULES_FILE           JSON file with rules by which AWS denies, throttles and fails
"""

import os
import sys

HOST = "127.0.0.1"
MINISTACK_VERSION = "1.5.33"

sys.dont_write_bytecode = True  # the clone stays as it was cloned


def configure_environment() -> None:
    """Sets what ministack reads at import time; must run before any import of it."""
    os.environ["BIND_HOST"] = HOST
    os.environ.setdefault("MINISTACK_REGION", os.environ.get("AWS_REGION", "us-west-2"))
    if os.environ.get("STATE_DIR"):
        os.environ["PERSIST_STATE"] = "1"
        # ministack writes its pid file into the temporary folder, by port: two sandboxes must not share one.
        os.environ["TMPDIR"] = os.environ["STATE_DIR"]
        os.makedirs(os.environ["STATE_DIR"], exist_ok=True)


def check_version() -> None:
    """Refuses any other ministack: the replaced functions are its internals."""
    from importlib.metadata import version

    found = version("ministack")
    if found != MINISTACK_VERSION:
        sys.exit(f"endpoint.py is written for ministack {MINISTACK_VERSION}, found {found}: install the pinned version")


def main() -> None:
    configure_environment()
    check_version()
    import access
    import answers
    import capabilities
    import clusters
    import gateway
    import pod_identity
    import roles
    import table_lifecycle
    import table_settings
    from ministack import app

    clusters.keep_away_from_docker()
    roles.install()
    pod_identity.install()
    table_lifecycle.install()
    table_settings.install()
    access.install()
    clusters.install()
    capabilities.install()
    answers.install()
    gateway.install()
    if name := os.environ.get("EKS_CLUSTER_NAME"):
        clusters.ensure(name)
    app.main()


if __name__ == "__main__":
    main()

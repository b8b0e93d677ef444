#!/bin/sh
# What a reader of the workshop does by hand, with kubectl and the AWS CLI:
#
#   lab.sh kro     role and policy, association, RGD and instance: the lab that this project does with one `pulumi up`
#   lab.sh ack     the lab before it, without kro: a namespace `carts`, an ACK Table, a Deployment
#   lab.sh items   three items into the table
#   lab.sh count   how many items it has
#
# CLUSTER names the EKS cluster. LABEL is `app.kubernetes.io/instance` of the pods, which the workshop has as `carts`;
# SCHEMA a further field of the RGD's spec, as YAML; TABLE the DynamoDB table; LAG how many seconds an association takes.
set -eu

: "${CLUSTER:?names the EKS cluster}"
here=$(dirname "$0")
role="$CLUSTER-carts-dynamo"

account() { aws sts get-caller-identity --query Account --output text; }

trust='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"},
  "Action": ["sts:AssumeRole", "sts:TagSession"]}]}'

# The workshop's own Terraform makes the role with a policy of its own, which is attached.
make_role() {
  account=$(account)
  policy='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*",
    "Resource": "arn:aws:dynamodb:*:'$account':table/'$CLUSTER'-carts-*"}]}'
  aws iam create-role --role-name "$role" --assume-role-policy-document "$trust" --query Role.Arn --output text
  aws iam get-policy --policy-arn "arn:aws:iam::$account:policy/$role" --query Policy.Arn --output text 2>/dev/null ||
    aws iam create-policy --policy-name "$role" --policy-document "$policy" --query Policy.Arn --output text
  aws iam attach-role-policy --role-name "$role" --policy-arn "arn:aws:iam::$account:policy/$role"
}

# A role that was just made may not be known to EKS yet.
associate() {
  tries=0
  until aws eks create-pod-identity-association --cluster-name "$CLUSTER" --namespace "$1" --service-account carts \
    --role-arn "arn:aws:iam::$(account):role/$role" --query association.associationId --output text; do
    tries=$((tries + 1))
    [ $tries -lt 20 ]
    sleep 1
  done
  # The workshop waits as well: a pod that is admitted before the association counts has no credentials.
  sleep "${LAG:-10}"
}

manifest() { sed -e "s|@CLUSTER@|$CLUSTER|g" -e "s|@TABLE@|$TABLE|g" -e "s|@LABEL@|$LABEL|g" "$here/$1"; }

# Pods that came too early never have credentials: a reader restarts them by hand.
rolled_out() {
  kubectl rollout status deployment/carts -n "$1" --timeout=30s && return
  kubectl rollout restart deployment/carts -n "$1"
  kubectl rollout status deployment/carts -n "$1" --timeout=5m
}

case "${1:-}" in
kro)
  TABLE=${TABLE:-$CLUSTER-carts-kro} LABEL=${LABEL:-carts}
  make_role
  associate carts-kro
  manifest rgd.yaml | awk -v extra="${SCHEMA:-}" '{print} /namespace: string/ && extra {print "      " extra}' |
    kubectl apply -f -
  kubectl wait rgd cartsstack --for=jsonpath='{.status.state}'=Active --timeout=60s
  manifest instance.yaml | kubectl apply -f -
  kubectl wait cartsstack carts-kro --for=jsonpath='{.status.state}'=ACTIVE --timeout=10m
  # That graph is ACTIVE before its table is: the workshop's next steps wait for these.
  kubectl wait table.dynamodb.services.k8s.aws items -n carts-kro --for=condition=ACK.ResourceSynced --timeout=5m
  rolled_out carts-kro
  ;;
ack)
  TABLE=${TABLE:-$CLUSTER-carts-fastpath} LABEL=${LABEL:-carts}
  make_role
  manifest ack.yaml | kubectl apply -f -
  kubectl wait table.dynamodb.services.k8s.aws items -n carts --for=condition=ACK.ResourceSynced --timeout=5m
  associate carts
  kubectl rollout restart deployment/carts -n carts
  rolled_out carts
  ;;
items)
  for id in 1 2 3; do
    aws dynamodb put-item --table-name "${TABLE:-$CLUSTER-carts-kro}" \
      --item '{"id": {"S": "item-'$id'"}, "customerId": {"S": "customer"}, "quantity": {"N": "'$id'"}}'
  done
  ;;
count) aws dynamodb scan --table-name "${TABLE:-$CLUSTER-carts-kro}" --select COUNT --query Count --output text ;;
*)
  echo "lab.sh kro|ack|items|count" >&2
  exit 2
  ;;
esac

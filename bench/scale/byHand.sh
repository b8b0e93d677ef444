#!/bin/sh
# The identities of many instances by hand: a role, its policy and a Pod Identity association for each, some at the same time.
# usage: byHand.sh up|down FOLDER COUNT PARALLEL, with trust.json and policy-<i>.json in the folder
set -eu
export cluster=eks-workshop-auto folder=$2
case $1 in
up)
  seq 0 $(($3 - 1)) | xargs -P "$4" -I N sh -euc '
    role=$cluster-carts-bench-N
    arn=$(aws iam create-role --role-name "$role" --assume-role-policy-document "file://$folder/trust.json" --query Role.Arn --output text)
    aws iam put-role-policy --role-name "$role" --policy-name carts-dynamo --policy-document "file://$folder/policy-N.json"
    aws eks create-pod-identity-association --cluster-name "$cluster" --namespace bench-N --service-account carts --role-arn "$arn" >/dev/null'
  ;;
down)
  aws eks list-pod-identity-associations --cluster-name "$cluster" --query 'associations[].[namespace,associationId]' --output text |
    grep '^bench-' | xargs -P "$4" -L 1 sh -euc '
      aws eks delete-pod-identity-association --cluster-name "$cluster" --association-id "$1" >/dev/null
      aws iam delete-role-policy --role-name "$cluster-carts-$0" --policy-name carts-dynamo
      aws iam delete-role --role-name "$cluster-carts-$0"'
  ;;
esac

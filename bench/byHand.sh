#!/bin/sh
# The workshop's steps by hand: the same resources as the program's, to the instance Ready.
# usage: byHand.sh up|down FOLDER, with definition.json, instance.json, trust.json and policy.json in the folder
set -eu
cluster=eks-workshop-auto role=$cluster-carts-dynamo folder=$2
case $1 in
up)
  arn=$(aws iam create-role --role-name $role --assume-role-policy-document "file://$folder/trust.json" --query Role.Arn --output text)
  aws iam put-role-policy --role-name $role --policy-name carts-dynamo --policy-document "file://$folder/policy.json"
  aws eks create-pod-identity-association --cluster-name $cluster --namespace carts-kro --service-account carts --role-arn "$arn" >/dev/null
  kubectl apply -f "$folder/definition.json"
  kubectl wait resourcegraphdefinition/cartsstack --for=condition=Ready --timeout=60s
  kubectl apply -f "$folder/instance.json"
  kubectl wait cartsstack/carts-kro --for=condition=Ready --timeout=300s
  kubectl get cartsstack carts-kro -o jsonpath='{.status.tableARN} {.status.serviceEndpoint}'
  ;;
down)
  kubectl delete cartsstack carts-kro --timeout=120s
  kubectl delete resourcegraphdefinition cartsstack
  id=$(aws eks list-pod-identity-associations --cluster-name $cluster --namespace carts-kro --query 'associations[0].associationId' --output text)
  aws eks delete-pod-identity-association --cluster-name $cluster --association-id "$id" >/dev/null
  aws iam delete-role-policy --role-name $role --policy-name carts-dynamo
  aws iam delete-role --role-name $role
  ;;
esac

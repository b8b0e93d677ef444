import { ComponentResource, type ComponentResourceOptions, type Output, output, type Resource } from "@pulumi/pulumi";
import type { CartsStackArgs } from "./args.ts";
import { checkArgs } from "./checkArgs.ts";
import { createDefinition } from "./definition/createDefinition.ts";
import { identitiesOf } from "./definition/identities.ts";
import { tellGone } from "./guards/gone.ts";
import { passGuards } from "./guards/passGuards.ts";
import { checkTwins } from "./guards/twins.ts";
import { createIdentity } from "./identity/cartsIdentity.ts";
import { createInstance } from "./instance/cartsInstance.ts";
import { childrenAfter, sourcesOf } from "./resources.ts";
import { createUiRoute } from "./ui/uiRoute.ts";

/**
 * A complete carts service on an EKS cluster that has kro and ACK's DynamoDB controller: six Kubernetes resources, a
 * DynamoDB table, and pods that may use it and nothing else.
 *
 * @example
 * const carts = new CartsStack("carts", { clusterName: "eks-workshop-auto" }, { providers: { kubernetes: cluster } });
 * export const endpoint = carts.serviceEndpoint;
 */
export class CartsStack extends ComponentResource {
  /** ARN of the DynamoDB table, `arn:aws:dynamodb:<region>:<account>:table/<name>`. */
  readonly tableArn: Output<string>;
  /** URL of the service within the cluster, `http://<service>.<namespace>.svc.cluster.local`. */
  readonly serviceEndpoint: Output<string>;
  /** Namespace of the service. */
  readonly namespace: Output<string>;
  readonly serviceAccountName: Output<string>;
  readonly roleArn: Output<string>;
  /** Id of the Pod Identity association, `a-` and 17 letters and digits. */
  readonly associationId: Output<string>;
  readonly tableName: Output<string>;
  /** Name of the kro instance. */
  readonly instanceName: Output<string>;

  /**
   * @throws ArgumentError when an argument can't be used, or another CartsStack of the program has a name that only one can
   *   have, before anything is declared. What isn't known by then, and what an update would lose or take over, is an error of
   *   the same kind before any resource underneath is.
   */
  constructor(name: string, args: CartsStackArgs, opts: ComponentResourceOptions = {}) {
    const resolved = checkArgs(args);
    super("carts-stack:index:CartsStack", name, {}, opts);
    checkTwins(this, name, resolved);
    const passed = passGuards(this, name, args, opts);
    const after = childrenAfter(this, passed);

    // AWS and the API go up side by side; the instance comes when both are there, and so does every pod.
    const identity = createIdentity(name, resolved, after);
    const definition = resolved.createDefinition
      ? createDefinition(name, identitiesOf(this, name, resolved), after(identity.answered))
      : undefined;
    const instance = createInstance(
      name,
      resolved,
      { passed, identity },
      after(...identity.resources, definition ?? sourcesOf(args.api)),
    );
    // Last to come and first to go: the ui never has the address of a service that isn't there.
    if (resolved.routeUi) createUiRoute(name, resolved, passed, after(instance));

    this.tableArn = instance.status.tableARN;
    this.serviceEndpoint = instance.status.serviceEndpoint;
    this.namespace = instance.spec.namespace;
    this.serviceAccountName = instance.spec.serviceAccount.apply((own) => own ?? resolved.serviceAccount);
    this.roleArn = identity.roleArn ?? instance.status.apply(({ roleARN }) => roleARN!);
    this.associationId =
      identity.association?.associationId ?? instance.status.apply(({ associationID }) => associationID!);
    this.tableName = instance.spec.tableName;
    this.instanceName = output(resolved.instanceName);
    nodesOf.set(this, { association: identity.association, definition, instance });
    const outputs = { tableArn: this.tableArn, serviceEndpoint: this.serviceEndpoint };
    this.registerOutputs(
      tellGone(this, name, { passed, definition, instance, role: identity.role }).then(() => outputs),
    );
  }

  /** The resources underneath. */
  get nodes(): CartsStackNodes {
    return nodesOf.get(this)!;
  }
}

/** Resources underneath a {@link CartsStack}. */
export interface CartsStackNodes {
  /** There only where it is Pulumi's. */
  readonly association: Resource | undefined;
  /** There only where this CartsStack made it. */
  readonly definition: Resource | undefined;
  readonly instance: Resource;
}

/** Not a field: Pulumi's analyzer takes every field of a component for one of its outputs. */
const nodesOf = new WeakMap<CartsStack, CartsStackNodes>();

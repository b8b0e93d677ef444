import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  type PodIdentityAssociation,
} from "@aws-sdk/client-eks";
import type { LiveObject } from "../../packages/live/index.ts";
import { CLUSTER_NAME as clusterName, type TestSandbox, until } from "./kit/index.ts";

export const NAMESPACE = "team";
export const roleArn = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;

/** A PodIdentityAssociation of ACK's, as far as a test looks at it. */
export interface Found extends LiveObject {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: LiveObject["status"] & { readonly associationID?: string };
}

/** One PodIdentityAssociation object in namespace {@link NAMESPACE}, for pods of a service account of its name, and EKS. */
export class AckAssociation {
  readonly name: string;
  readonly #sandbox: TestSandbox;
  readonly #eks = new EKSClient();

  constructor(sandbox: TestSandbox, name: string) {
    this.#sandbox = sandbox;
    this.name = name;
  }

  get pair() {
    return { clusterName, namespace: NAMESPACE, serviceAccount: this.name };
  }

  /** Applies the object: for role `one`, unless told otherwise. */
  async apply(spec: object = { roleARN: roleArn("one") }, annotations: Readonly<Record<string, string>> = {}) {
    const own = Object.entries(annotations).map(([key, value]) => [`services.k8s.aws/${key}`, value]);
    await this.#sandbox.cluster.apply(
      {
        apiVersion: "eks.services.k8s.aws/v1alpha1",
        kind: "PodIdentityAssociation",
        metadata: { name: this.name, namespace: NAMESPACE, annotations: Object.fromEntries(own) },
        spec: { ...this.pair, ...spec },
      },
      "--server-side",
      "--force-conflicts",
    );
  }

  patch = (spec: object) => this.#sandbox.cluster.patch("podidentityassociation", this.name, { spec }, "-n", NAMESPACE);

  delete = () =>
    this.#sandbox.cluster.kubectl("delete", "podidentityassociation", this.name, "-n", NAMESPACE, "--timeout=40s");

  get = () => this.#sandbox.cluster.get<Found>("podidentityassociation", this.name, "-n", NAMESPACE);

  /** Waits until the object is what is asked of it. */
  that(what: string, is: (found: Found) => boolean): Promise<Found> {
    return until(`${this.name} ${what}`, async () => {
      const found = await this.get();
      return found && is(found) && found;
    });
  }

  /** Waits until ACK says so of the spec as it is. */
  says = (type: string, status = "True") =>
    this.that(`says ${type} ${status}`, (found) => condition(found, type)?.status === status);

  /** Makes an association in EKS, behind ACK's back, and gives its id. */
  async make(role: string, more: object = {}): Promise<string> {
    const asked = { ...this.pair, roleArn: roleArn(role), ...more };
    return (await this.#eks.send(new CreatePodIdentityAssociationCommand(asked))).association!.associationId!;
  }

  async unmake(associationId: string): Promise<void> {
    await this.#eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  }

  /** What EKS has for the service account. */
  async inEks(): Promise<readonly PodIdentityAssociation[]> {
    const { associations = [] } = await this.#eks.send(new ListPodIdentityAssociationsCommand(this.pair));
    return Promise.all(
      associations.map(async ({ associationId }) => {
        const asked = { clusterName, associationId };
        return (await this.#eks.send(new DescribePodIdentityAssociationCommand(asked))).association!;
      }),
    );
  }

  /** Waits until EKS's association is what is asked of it. */
  thatInEks(what: string, is: (found: PodIdentityAssociation) => boolean): Promise<PodIdentityAssociation> {
    return until(`the association of ${this.name} ${what}`, async () => (await this.inEks()).find(is));
  }
}

export const condition = ({ status }: Found, type: string) => status?.conditions?.find((found) => found.type === type);

import type { TableDescription } from "@aws-sdk/client-dynamodb";
import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import type { Child, KubernetesObject } from "../../packages/kro/index.ts";
import type { EndpointSlice, LiveObject, Pod } from "../../packages/live/index.ts";
import type { ExpectedInstance } from "./expected.ts";
import type { Reading } from "./reading.ts";

/** Everything that the checks are made of: what is expected, and beside it what was found. */
export interface Observation {
  /** The RGDs that the stack owns. */
  readonly definitions: readonly { readonly expected: KubernetesObject; readonly live: Reading<LiveObject> }[];
  readonly instances: readonly ObservedInstance[];
  readonly roles: readonly ObservedRole[];
  readonly policies: readonly ObservedPolicy[];
  readonly associations: readonly ObservedAssociation[];
  /** When it was seen, in milliseconds since 1970. */
  readonly at: number;
}

export interface ObservedInstance {
  readonly expected: ExpectedInstance;
  readonly live: Reading<LiveObject>;
  readonly children: readonly ObservedChild[];
}

/** A child of an instance. What only the cluster could know of it is filled in. */
export interface ObservedChild {
  /** With Secret for secrets. */
  readonly declared: Child;
  /** With the text of every secret. */
  readonly plain: Child;
  readonly live: Reading<LiveObject>;
  /** Of an ACK Table: the table in DynamoDB. */
  readonly table?: Reading<TableDescription>;
  /** Of a Deployment: its pods, but those that have ended or are being deleted. */
  readonly pods?: Reading<readonly Pod[]>;
  /** Of a Service. */
  readonly slices?: Reading<readonly EndpointSlice[]>;
}

export interface ObservedRole {
  readonly name: string;
  /** JSON. Undefined for a role that the stack does not own. */
  readonly trustPolicy: string | undefined;
  readonly live: Reading<string>;
  /** Of a role that the stack owns: associations of its cluster that are not the stack's, and give pods this role. */
  readonly users?: Reading<readonly PodIdentityAssociation[]>;
  /** The object that ACK makes it of. Undefined for Pulumi's. */
  readonly ack?: LiveObject;
}

export interface ObservedPolicy {
  readonly role: string;
  readonly name: string;
  /** JSON. */
  readonly policy: string;
  readonly live: Reading<string>;
  /** The object that ACK makes it of. Undefined for Pulumi's. */
  readonly ack?: LiveObject;
}

export interface ObservedAssociation {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  /** Of a role that is assumed from the first, in another account perhaps. Undefined where there is none. */
  readonly targetRoleArn?: string;
  /** Whether pods come without the session tags that a trust policy may ask for. Default false. */
  readonly disableSessionTags?: boolean;
  /** `a-` and 17 letters and digits. */
  readonly id: string;
  readonly live: Reading<PodIdentityAssociation>;
  /** The object that ACK makes it of. Undefined for Pulumi's. */
  readonly ack?: LiveObject;
}

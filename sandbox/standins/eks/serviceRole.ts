import { createHash } from "node:crypto";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import { all, ComponentResource, interpolate, type Output } from "@pulumi/pulumi";

/** What {@link ServiceRole} is of. */
export interface ServiceRoleArgs {
  /** Who may assume the role, such as `eks.amazonaws.com`. */
  readonly service: string;
  readonly description?: string;
  /** Names of AWS's managed policies. */
  readonly policies: readonly string[];
  /** What the service may do to come by it. Default `sts:AssumeRole`. */
  readonly actions?: readonly string[];
  readonly partition: Output<string>;
}

/** A role of a service with managed policies, by the names that the official plugin has for them. */
export class ServiceRole extends ComponentResource {
  readonly role: Role;
  /** The role, once it has its policies. */
  readonly whole: Output<Role>;

  constructor(name: string, args: ServiceRoleArgs, parent: ComponentResource) {
    super("eks:index:ServiceRole", name, {}, { parent });
    const Statement = [
      { Action: args.actions ?? ["sts:AssumeRole"], Effect: "Allow", Principal: { Service: [args.service] } },
    ];
    this.role = new Role(
      `${name}-role`,
      { description: args.description, assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement }) },
      { parent: this },
    );
    const attachments = args.policies.map((policy) => {
      const policyArn = interpolate`arn:${args.partition}:iam::aws:policy/${policy}`;
      const digest = createHash("sha1").update(`arn:aws:iam::aws:policy/${policy}`).digest("hex").slice(0, 8);
      return new RolePolicyAttachment(`${name}-${digest}`, { policyArn, role: this.role.name }, { parent: this });
    });
    this.whole = all([this.role.arn, ...attachments.map(({ id }) => id)]).apply(() => this.role);
    this.registerOutputs({ resolvedRole: this.whole, directRole: this.role });
  }
}

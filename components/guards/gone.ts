import { getRole } from "@pulumi/aws/iam/getRole.js";
import type { Role } from "@pulumi/aws/iam/role.js";
import { type ComponentResource, log, type Resource, runtime } from "@pulumi/pulumi";
import { lookInto, NotLooked } from "../cluster/lookInto.ts";
import { DEFINITION_KIND, DEFINITION_NAME } from "../definition/cartsDefinition.ts";
import { API_VERSION, KIND } from "../definition/cartsSchema.ts";
import { whenKnown, whenOver } from "../given.ts";
import { ROLE_TYPE } from "../identity/cartsIdentity.ts";
import { previousChild, previousChildren } from "../previousState.ts";
import type { Passed } from "./passGuards.ts";

/** What a CartsStack has declared. */
export interface Kept {
  readonly passed: Promise<Passed>;
  readonly definition: Resource | undefined;
  readonly instance: Resource;
  readonly role: Role | undefined;
}

/**
 * Warns in an update of what the stack's state has and somebody has deleted: Pulumi does not look, and where nothing else
 * changes it leaves that as it is. Each is looked at when it is registered, since what the update makes anew is there
 * then; in the cluster by the client that has looked at the instance already. Nothing is said of what can't be looked at,
 * and in a preview, which needs no cluster, of nothing at all. Never rejects.
 *
 * @param name - of the CartsStack.
 */
export async function tellGone(component: ComponentResource, name: string, kept: Kept): Promise<void> {
  if (runtime.isDryRun()) return;
  const looks = [
    tellDefinition(component, name, kept),
    tellInstance(component, name, kept),
    tellRole(component, name, kept),
  ];
  await Promise.all(looks.map((look) => look.catch(() => {})));
}

async function tellDefinition(component: ComponentResource, name: string, { definition }: Kept): Promise<void> {
  if (!definition || !(await isNoted(component, DEFINITION_KIND, `${name}-definition`))) return;
  await tellObject(component, definition, { kind: DEFINITION_KIND, name: DEFINITION_NAME });
}

async function tellInstance(component: ComponentResource, name: string, { passed, instance }: Kept): Promise<void> {
  if (!(await isNoted(component, KIND, name))) return;
  const { instanceName, instanceNamespace } = (await passed).known;
  await tellObject(component, instance, {
    kind: KIND,
    namespace: String(instanceNamespace),
    name: String(instanceName),
  });
}

/** Whether the state has seen the object in the cluster. */
async function isNoted(component: ComponentResource, kind: string, name: string): Promise<boolean> {
  const noted = await previousChild<Noted>(component, `kubernetes:${API_VERSION}:${kind}`, name);
  return noted?.metadata?.uid !== undefined;
}

interface Noted {
  readonly metadata?: { readonly uid?: string };
}

async function tellObject(
  component: ComponentResource,
  resource: Resource,
  { kind, namespace, name }: { readonly kind: string; readonly namespace?: string; readonly name: string },
): Promise<void> {
  await whenOver(resource.urn);
  const look = await lookInto(component);
  if (look instanceof NotLooked || (await look.get({ apiVersion: API_VERSION, kind, namespace, name }))) return;
  await tell(component, `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`, "the cluster");
}

async function tellRole(component: ComponentResource, name: string, { role }: Kept): Promise<void> {
  if (!role || (await previousChildren(component, ROLE_TYPE, `${name}-role`)).length === 0) return;
  const roleName = await whenKnown(role.name);
  await getRole({ name: roleName }, { parent: component }).catch((error: Error) => {
    if (NO_ROLE.test(error.message)) return tell(component, `the role ${roleName}`, "AWS");
    throw error;
  });
}

/** As IAM says it, and as the plugin does. */
const NO_ROLE = /NoSuchEntity|couldn't find resource|not found|cannot be found/i;

const tell = (component: ComponentResource, what: string, where: string): Promise<void> =>
  log.warn(
    `${what} is not in ${where} any more, though this stack has it, and nothing in this update makes it anew: ` +
      "`pulumi up --refresh` does, or `carts up`",
    component,
  );

import { hasOwnConditions, type Instance, type KubernetesObject, titleOf } from "../../../packages/kro/index.ts";
import { kroHealth, type LiveObject } from "../../../packages/live/index.ts";
import type { Elsewhere } from "../../stack/index.ts";
import { check, unknownCheck } from "../check.ts";
import type { Expected } from "../expected.ts";
import { differences } from "../fields.ts";
import type { Observation, ObservedChild, ObservedInstance } from "../observation.ts";
import { type Reading, Unreadable } from "../reading.ts";
import type { Check } from "../verification.ts";
import { type CredentialUser, credentialUsers, podCredentials } from "./credentials.ts";
import { declaredChecks, fieldsAnswer } from "./declared.ts";
import { associationAsDeclared, rolePolicy, roleTrust, roleUsers } from "./identity.ts";
import { kindChecks } from "./kinds.ts";
import { childRemedy, declaredRemedy, instanceRemedy, UP } from "./remedies.ts";

/** Every check of a stack, in the order in which its parts come to be. */
export const checksOf = (
  observation: Observation,
  { notes, elsewhere = [] }: Pick<Expected, "notes"> & { readonly elsewhere?: readonly Elsewhere[] },
  pending: readonly string[],
): Check[] => {
  const users = new Map(credentialUsers(observation).map((user) => [user.child, user]));
  const trusts = new Map(observation.roles.map(({ name, live }) => [name, live]));
  return [
    stackState(pending),
    ...notes.map((note) =>
      unknownCheck(
        { id: "expected", object: "stack", what: "what is expected", expected: "known" },
        new Unreadable(note),
      ),
    ),
    ...elsewhere.map(inOtherCluster),
    ...observation.roles.map(roleTrust),
    ...observation.policies.map(rolePolicy),
    ...observation.roles.flatMap(roleUsers),
    ...observation.associations.map((association) =>
      associationAsDeclared(association, trusts.get(association.roleArn.split("/").at(-1)!)),
    ),
    ...observation.definitions.flatMap(({ expected, live }) => customResource("definition", expected, expected, live)),
    ...(observation.instances.length === 0 && notes.length + elsewhere.length === 0 ? [noInstance()] : []),
    ...observation.instances.flatMap((instance) => ofInstance(instance, users)),
  ];
};

const stackState = (pending: readonly string[]): Check =>
  check(
    {
      id: "stack-state",
      object: "stack",
      what: "state",
      expected: "no update is under way",
      remedy: "wait for the update that runs; if none does, one was killed: `carts up --resume` goes on from there",
    },
    pending,
    () => ({
      ok: pending.length === 0,
      found: pending.length === 0 ? "no update is under way" : pending.join("\n"),
    }),
  );

/** What is of the same name in the cluster that is looked into may be somebody else's. */
const inOtherCluster = ({ title, where }: Elsewhere): Check => ({
  id: "other-cluster",
  object: title,
  what: "cluster",
  expected: "the one that is looked into",
  found: `${where}, and not looked at`,
  verdict: "unknown",
  remedy: "one command looks into one cluster: give what is in the other a stack of its own",
});

/** The first update has failed before it came to the instance, or the stack is for something else. */
const noInstance = (): Check => ({
  id: "instance-ready",
  object: "stack",
  what: "instance",
  expected: "one or more",
  found: "none",
  verdict: "wrong",
  remedy: "finish the update: `carts up`",
});

/**
 * An RGD or an instance: whether kro has accepted it, and nobody has changed it.
 *
 * @param ownConditions - see hasOwnConditions.
 */
function customResource(
  id: string,
  declared: KubernetesObject,
  plain: KubernetesObject,
  live: Reading<LiveObject>,
  ownConditions = false,
): Check[] {
  const object = titleOf(declared);
  const expected = ownConditions ? "the state is ACTIVE" : "Ready is True";
  const remedy = instanceRemedy(live, declared);
  return [
    check({ id: `${id}-ready`, object, what: "ready", expected, remedy }, live, (seen) => {
      const { isReady, found } = kroHealth(seen, ownConditions);
      return { ok: isReady, found };
    }),
    check({ id: `${id}-fields`, object, what: "fields", expected: "as declared", remedy: UP }, live, (seen) => {
      const found = differences(declared, plain, seen);
      return { ...fieldsAnswer(found, "as declared"), remedy: declaredRemedy(seen, found) };
    }),
  ];
}

const ofInstance = (
  { expected: { definition, instance, plain }, live, children }: ObservedInstance,
  users: ReadonlyMap<ObservedChild, CredentialUser>,
): Check[] => [
  ...customResource("instance", asObject(instance), asObject(plain.instance), live, hasOwnConditions(definition)),
  ...children.flatMap((child) => {
    const remedy = childRemedy(child.declared.object, live, asObject(instance));
    return [
      ...declaredChecks(child, remedy),
      ...kindChecks(child, remedy),
      ...[users.get(child)].flatMap((user) => (user ? podCredentials(user) : [])),
    ];
  }),
];

const asObject = (instance: Instance): KubernetesObject => instance as unknown as KubernetesObject;

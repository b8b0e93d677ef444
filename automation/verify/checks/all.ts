import type { Instance, KubernetesObject } from "../../../packages/kro/index.ts";
import type { Found } from "../../../packages/live/index.ts";
import { type LiveObject, titleOf } from "../../../packages/live/index.ts";
import type { Expected } from "../expected.ts";
import { differences } from "../fields.ts";
import { judge, unknown } from "../judge.ts";
import type { Observation, ObservedInstance } from "../observation.ts";
import type { Check } from "../verification.ts";
import { type CredentialUser, credentialUsers, podCredentials } from "./credentials.ts";
import { declaredChecks, fieldsAnswer } from "./declared.ts";
import { associationAsDeclared, rolePolicy, roleTrust } from "./identity.ts";
import { isReady, kindChecks } from "./kinds.ts";

/** Every check of a stack, in the order in which its parts come to be. */
export const checksOf = (
  observation: Observation,
  { notes }: Pick<Expected, "notes">,
  pending: readonly string[],
): Check[] => [
  stackState(pending),
  ...notes.map((note) =>
    unknown({ id: "expected", object: "stack", what: "what is expected", expected: "known" }, note),
  ),
  ...observation.roles.map(roleTrust),
  ...observation.policies.map(rolePolicy),
  ...observation.associations.map(associationAsDeclared),
  ...observation.definitions.flatMap(({ expected, live }) => customResource("definition", expected, expected, live)),
  ...(observation.instances.length === 0 && notes.length === 0 ? [noInstance()] : []),
  ...observation.instances.flatMap((instance) => ofInstance(instance, credentialUsers(observation))),
];

const stackState = (pending: readonly string[]): Check =>
  judge(
    {
      id: "stack-state",
      object: "stack",
      what: "state",
      expected: "no update is under way",
      remedy: "wait for the update that runs; if none does, one was killed: `pulumi cancel`, then `pulumi up`",
    },
    pending,
    () => ({
      ok: pending.length === 0,
      found: pending.length === 0 ? "no update is under way" : pending.join("\n"),
    }),
  );

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

/** An RGD or an instance: whether kro has accepted it, and nobody has changed it. */
function customResource(
  id: string,
  declared: KubernetesObject,
  plain: KubernetesObject,
  live: Found<LiveObject>,
): Check[] {
  const object = titleOf(declared);
  const remedy = "its conditions say what kro waits for: `kubectl describe` of it";
  const drift = "`pulumi up --refresh` puts it back; a field that nobody should change is one for the program";
  return [
    judge({ id: `${id}-ready`, object, what: "ready", expected: "Ready is True", remedy }, live, isReady),
    judge({ id: `${id}-fields`, object, what: "fields", expected: "as declared", remedy: drift }, live, (seen) =>
      fieldsAnswer(differences(declared, plain, seen), "as declared"),
    ),
  ];
}

const ofInstance = (
  { expected: { instance, plain }, live, children }: ObservedInstance,
  users: readonly CredentialUser[],
): Check[] => [
  ...customResource("instance", asObject(instance), asObject(plain.instance), live),
  ...children.flatMap((child) => [
    ...declaredChecks(child),
    ...kindChecks(child),
    ...users.filter((user) => user.child === child).map(podCredentials),
  ]),
];

const asObject = (instance: Instance): KubernetesObject => instance as unknown as KubernetesObject;

import { hasColor, interrupted, list, UserError } from "../../packages/console/index.ts";
import { ALLOW_BREAKING_CHANGES, type Definition, hasOwnConditions, validate } from "../../packages/kro/index.ts";
import type { Plan, PlannedChange } from "../../packages/kro-preview/index.ts";
import { kroHealth, type LiveObject } from "../../packages/live/index.ts";
import { holdOf } from "../hold/index.ts";
import {
  explainPending,
  type ManagedStack,
  previewPlan,
  quickDrift,
  readState,
  type SelectedStack,
  selectStack,
} from "../stack/index.ts";
import type { Health } from "./health.ts";
import { type Instances, instancesOf } from "./instances.ts";
import type { RolloutOptions } from "./options.ts";
import { permissionProblems } from "./permission.ts";
import { idOf, type Place, placeOf, RGD } from "./place.ts";
import { stagesOf } from "./stages.ts";
import { lookAt } from "./verify.ts";

/** What a rollout would do, before anything is changed. */
export interface Survey {
  readonly selected: SelectedStack;
  readonly managed: ManagedStack;
  readonly place: Place;
  /** Of the RGD; undefined where it doesn't change. */
  readonly change: Change | undefined;
  readonly live: LiveObject | undefined;
  readonly instances: Instances;
  /** Each a list of `namespace/name`. */
  readonly stages: readonly (readonly string[])[];
  /** Why it can't begin: sentences. */
  readonly refused: readonly string[];
  /** What is good to know: sentences. */
  readonly notes: readonly string[];
}

interface Change {
  readonly before: Definition;
  readonly after: Definition;
}

/** How many are named. */
const NAMED = 10;

/**
 * Looks at all that a rollout needs. Changes nothing.
 *
 * @throws UserError where the stack makes no RGD, or the program fails; Error where the cluster can't be asked.
 */
export async function survey(options: RolloutOptions): Promise<Survey> {
  const selected = await selectStack(options);
  const { stack, project, state } = selected;
  const managed = readState(state, project, stack.name);
  const place = await placeOf(managed, stack.name, options, interrupted);
  const live = await place.cluster.get({ ...RGD, name: place.name });
  if (!live)
    throw new UserError(`there is no ResourceGraphDefinition ${place.name} in the cluster: \`carts up\` makes it`);
  const instances = await instancesOf(place);
  const base = { selected, managed, place, live, instances };
  const underWay = holdOf(live)?.text ?? staleText(instances) ?? explainPending(stack.name, state);
  if (underWay !== undefined) return { ...base, change: undefined, stages: [], refused: [underWay], notes: [] };
  console.error(`waiting for Pulumi's preview of stack ${options.stack} ...`);
  const notes: string[] = [];
  const refused: string[] = [];
  const [plan, drift] = await Promise.all([
    quietPreview(options, (text) => refused.push(text)),
    quickDrift(managed, options),
  ]);
  const planned = plan.changes.find(({ urn }) => urn === place.resource.urn);
  const change = changeOf(planned, notes);
  const gone = plan.changes.filter(({ action }) => action === "delete" || action === "replace");
  if (planned && gone.includes(planned)) {
    refused.push(
      `the program ${planned.action}s the ResourceGraphDefinition ${place.name}, which no rollout can do in stages`,
    );
  } else if (!change) return { ...base, change, stages: [], refused, notes };
  const stray = drift.strays.find(({ drift: { urn } }) => urn === place.resource.urn);
  if (stray) {
    refused.push(
      `the ResourceGraphDefinition ${place.name} is not as the last update left it, so that nobody knows what was last good: \`carts drift\` shows it`,
    );
  }
  const others = gone.filter((one) => one !== planned).map(({ action, name }) => `${name} (${action})`);
  if (others.length > 0) {
    refused.push(`the program takes something away as well, which is for an update of its own: ${list(others, NAMED)}`);
  }
  if (change) refused.push(...definitionProblems(change, live));
  notes.push(...besideNotes(plan, place));
  const [sick, denied] = await Promise.all([
    change ? lookAt(place, notIgnored(instances, options), [change.before], (text) => notes.push(text)) : [],
    permissionProblems(place, instances.all),
  ]);
  refused.push(...denied, ...sickProblems(sick.filter(({ isHealthy }) => !isHealthy)));
  if (instances.others.length > 0) {
    notes.push(
      `suspended by somebody else, and left as they are, by what was before: ${list(instances.others.map(idOf), NAMED)}`,
    );
  }
  const stages = stagesOf(instances.due.map(idOf), options);
  return { ...base, change, stages, refused, notes };
}

/** What a rollout has left whose record is gone. */
function staleText({ held }: Instances): string | undefined {
  if (held.length === 0) return undefined;
  return `a rollout of which nothing is noted any more holds ${list(held.map(idOf), NAMED)}: \`carts rollout --back\` lets go what it holds`;
}

async function quietPreview(options: RolloutOptions, onRunning: (text: string) => void): Promise<Plan> {
  const printed: string[] = [];
  const onOutput = (text: string) => printed.push(text);
  return previewPlan({ ...options, color: hasColor(process.stderr), signal: interrupted, onOutput, onRunning }).catch(
    (error) => {
      process.stderr.write(printed.join(""));
      throw error;
    },
  );
}

/** Undefined where the RGD's spec stays what it is. */
function changeOf(planned: PlannedChange | undefined, notes: string[]): Change | undefined {
  if (!planned?.before || !planned.after) return undefined;
  if (planned.action === "same" || !planned.changed.includes("spec")) {
    if (planned.action === "update")
      notes.push(`only ${planned.changed.join(", ")} of it changes, which no instance sees: \`carts up\` makes that`);
    return undefined;
  }
  return { before: planned.before as unknown as Definition, after: planned.after as unknown as Definition };
}

function definitionProblems({ before, after }: Change, { metadata }: LiveObject): string[] {
  const name = `the ResourceGraphDefinition ${metadata.name}`;
  const annotations = { ...metadata.annotations, ...(after.metadata as { annotations?: object }).annotations };
  const isAllowed = (annotations as Readonly<{ [name: string]: string }>)[ALLOW_BREAKING_CHANGES] === "true";
  const errors = validate(after, { before }).filter(
    ({ severity, id }) => severity === "error" && !(isAllowed && id === "breaking-change"),
  );
  return [
    ...(errors.length > 0
      ? [
          `kro, or the API server, refuses the change of ${name}: ${errors.map(({ path, problem }) => `${path} ${problem}`).join(", ")}`,
        ]
      : []),
    ...([before, after].some((one) => hasOwnConditions(one))
      ? [
          `${name} has conditions of its own (spec.schema.status.conditions), by which nobody can see whether kro has suspended an instance: it can't be rolled out in stages`,
        ]
      : []),
  ];
}

/** What the plan changes beside the RGD. */
function besideNotes({ changes }: Plan, { resource }: Place): string[] {
  const others = changes.filter(({ urn, action }) => action !== "same" && urn !== resource.urn);
  if (others.some(({ urn }) => urn === resource.provider)) {
    return [
      `the provider ${resource.provider} changes as well, and with it how the cluster is reached: it stays as it is until \`carts up\``,
    ];
  }
  if (others.length === 0) return [];
  const names = others.map(({ action, name }) => `${name} (${action})`);
  return [`what else the program changes waits for a \`carts up\` after the rollout: ${list(names, NAMED)}`];
}

const notIgnored = ({ due }: Instances, { ignored }: RolloutOptions): readonly LiveObject[] =>
  due.filter((one) => !ignored.includes(idOf(one)));

function sickProblems(sick: readonly Health[]): string[] {
  if (sick.length === 0) return [];
  const named = list(
    sick.map(({ id }) => id),
    NAMED,
  );
  return [
    `not healthy before anything is changed, so that nobody could tell what the change does to them: ${named} (${sick[0]!.cause?.message}). ` +
      "Mend them, or name them with --ignore: they come last then, and are not waited for",
  ];
}

/** Whether kro serves the RGD as it is. */
export const isServed = (rgd: LiveObject): boolean => kroHealth(rgd).isReady;

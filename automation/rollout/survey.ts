import { hasColor, interrupted, list, UserError } from "../../packages/console/index.ts";
import type { Plan } from "../../packages/kro-preview/index.ts";
import { kroHealth, type LiveObject } from "../../packages/live/index.ts";
import { holdOf, isLeft, refusedBefore } from "../hold/index.ts";
import {
  explainPending,
  type ManagedStack,
  previewPlan,
  quickDrift,
  readState,
  type SelectedStack,
  selectStack,
} from "../stack/index.ts";
import { type Change, changeOf, definitionProblems, foretold, kroProblems } from "./change.ts";
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

/** Seconds that the cluster may take to say how the RGD is: nothing goes back to what was not last good. */
const PATIENCE = 15;
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
    quickDrift(managed, options, PATIENCE),
  ]);
  if (plan instanceof UserError) return { ...base, change: undefined, stages: [], refused: [plan.message], notes };
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
  if (drift.unseen.some(({ urn }) => urn === place.resource.urn)) {
    refused.push(
      `whether the ResourceGraphDefinition ${place.name} is as the last update left it could not be asked: ${drift.notes.join(" ")} Run this again`,
    );
  }
  const others = gone.filter((one) => one !== planned).map(({ action, name }) => `${name} (${action})`);
  if (others.length > 0) {
    refused.push(`the program takes something away as well, which is for an update of its own: ${list(others, NAMED)}`);
  }
  notes.push(...besideNotes(plan, place));
  if (change) {
    const judged = notIgnored(instances, options);
    const problems = definitionProblems(change, live);
    // Of a definition that kro does not take, nothing is rendered.
    const told = problems.length === 0 ? foretold(judged, change) : { refused: [], notes: [] };
    refused.push(...problems, ...told.refused);
    notes.push(...told.notes);
    const again = refusedBefore(live, change.after);
    if (again) notes.push(`this very definition was tried before: ${again.text}`);
    const [sick, kro] = await Promise.all([
      lookAt(place, judged, [change.before], (text) => notes.push(text)),
      problems.length === 0 ? kroProblems(selected, managed, place, change) : { refused: [], notes: [] },
    ]);
    refused.push(...kro.refused, ...sickProblems(sick.filter(({ isHealthy }) => !isHealthy)));
    notes.push(...kro.notes);
  }
  refused.push(...(await permissionProblems(place, instances.all)), ...leftProblems(instances));
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

/** The plan; or why there is none, where Pulumi, a plugin or the API server refuses what the program declares. */
async function quietPreview(options: RolloutOptions, onRunning: (text: string) => void): Promise<Plan | UserError> {
  const printed: string[] = [];
  const onOutput = (text: string) => printed.push(text);
  return previewPlan({ ...options, color: hasColor(process.stderr), signal: interrupted, onOutput, onRunning }).catch(
    (error) => {
      process.stderr.write(printed.join(""));
      if (error instanceof UserError) return error;
      throw error;
    },
  );
}

/** What a rollout has suspended, and somebody has taken its mark off: no command lets that go any more. */
function leftProblems({ others }: Instances): string[] {
  const left = others.filter(isLeft);
  return left.length > 0
    ? [
        list(
          left.map((one) => holdOf(one)!.text),
          NAMED,
        ),
      ]
    : [];
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
    `not healthy before anything is changed, so that nobody could tell what the change does to them: ${named} (${sick[0]!.cause?.message.replace(/\.$/, "")}). ` +
      "Mend them, or name them with --ignore: they come last then, and are not waited for",
  ];
}

/** Whether kro serves the RGD as it is. */
export const isServed = (rgd: LiveObject): boolean => kroHealth(rgd).isReady;

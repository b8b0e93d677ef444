import { printable, UserError } from "../console/index.ts";
import {
  buildGraph,
  crdSchemas,
  faultText,
  type KubernetesObject,
  type Rendering,
  titleOf,
  validate,
} from "../kro/index.ts";
import { attempt } from "./attempt.ts";
import { breathing } from "./breath.ts";
import type { ChildChange, Danger } from "./changes.ts";
import { RULES } from "./dangers/index.ts";
import type { DangerRule, PlanEffects } from "./dangers/rule.ts";
import { asDrifted, type Stray } from "./drift.ts";
import { effectOn } from "./instanceEffect.ts";
import { findingsIn, policyRule } from "./policy/inReport.ts";
import type { Policy } from "./policy/policy.ts";
import { mayHaveSecrets, type Plan, type PlannedChange, placeText } from "./pulumi/plan.ts";
import type { Report, ResourceChange } from "./report.ts";
import { flat, Sharing } from "./sharing.ts";
import type { Cluster } from "./sources/cluster.ts";
import {
  type Api,
  type DefinitionSource,
  type PlannedDefinition,
  plannedDefinitions,
  withoutOwn,
} from "./sources/definitions.ts";
import { type InstanceEffect, plannedInstances } from "./sources/instances.ts";
import {
  changingApis,
  type KnownSides,
  knownSides,
  missingCrds,
  openKindsNote,
  typesWithoutKro,
  unreadApis,
  withOuter,
} from "./sources/known.ts";
import { kroVersionNote } from "./sources/kroVersion.ts";
import { type Lookup, lookUpDefinitions, lookupNote } from "./sources/lookup.ts";
import { openObjects } from "./sources/openObjects.ts";
import { otherInstances } from "./sources/otherInstances.ts";
import { plannedCrds } from "./sources/plannedCrds.ts";
import { wordingOf } from "./subject.ts";

/** Where to look for what a plan doesn't hold, and what for. */
export interface ReportOptions {
  /** Where RGDs are that the plan doesn't hold, in the order in which they are asked. Default: nowhere. */
  readonly sources?: readonly DefinitionSource[];
  /** Where other stacks' instances are. Default: they are not looked for. */
  readonly cluster?: Cluster;
  /** CustomResourceDefinitions of kinds that aren't Kubernetes' own, beside those of the plan. Default: only the cluster's are asked for. */
  readonly crds?: readonly unknown[];
  /** What is not as the stack's last update left it. Default: nothing. */
  readonly strays?: readonly Stray[];
  /** What else was not looked at: sentences. */
  readonly notes?: readonly string[];
  /** Puts what the API server has, and what it would store, in place of what was rendered. Default: nobody is asked. */
  readonly asStored?: AsStored;
  /** The dangers to look for. Default: all of them. */
  readonly rules?: readonly DangerRule[];
  /** What is demanded of children that are new or change. Default: nothing. */
  readonly policy?: Policy;
}

/** An API server that is asked what it has of children, and would store of them. */
export interface AsStored {
  /**
   * Both sides of an instance, as the API server has its children and would store them, to any depth.
   *
   * @param plan - what is known of the whole.
   */
  sides(
    before: Rendering | undefined,
    after: Rendering | undefined,
    plan: AroundSides,
  ): Promise<readonly [before: Rendering | undefined, after: Rendering | undefined]>;
  /** What it was not asked about, and why: sentences. */
  notes(): readonly string[];
}

/** What is known of a plan beside the sides of an instance. */
export interface AroundSides {
  /** Whether the API server serves a kind otherwise today than after the change. */
  readonly isChanging: (api: Api) => boolean;
  /** Whether a kind may be that of an RGD which can't be read on a side: it may hold a secret. Undefined where each can be. */
  readonly isUnread: ((api: Api) => boolean) | undefined;
  /** What stays as it is may be missing in the plan: what kro has not made may be the plan's own, with a secret. */
  readonly isPartial: boolean;
  /**
   * Whether an object holds a secret anywhere in the plan, or may: of it nothing is shown that the API server has. Undefined where
   * there can't be a secret.
   */
  readonly open: ((object: KubernetesObject) => boolean) | undefined;
}

/** Both sides of an instance, as an API server that is asked has them. */
export type WithServer = (
  before: Rendering | undefined,
  after: Rendering | undefined,
) => Promise<readonly [before: Rendering | undefined, after: Rendering | undefined]>;

/** Called with a sentence about what was not looked at, and why. */
export type Note = (text: string) => void;

/**
 * What a plan does, and what kro makes of it.
 *
 * @throws UserError for an RGD that kro would refuse, or an instance that the API server would refuse.
 */
export async function makeReport(planned: Plan, options: ReportOptions = {}): Promise<Report> {
  const { sources = [], cluster, strays = [], notes: given = [], policy, asStored } = options;
  const plan = asDrifted(planned, strays);
  const wording = wordingOf(plan);
  const notes = new Set(given);
  const note: Note = (text) => notes.add(text);
  const held = policy && policyRule(policy);
  const rules: readonly DangerRule[] = [...(options.rules ?? RULES), ...(held ? [held.rule] : [])];
  const definitions = plannedDefinitions(plan, note);
  const givenCrds = [...(options.crds ?? []), ...plannedCrds(plan, note)];
  const readable = sources.map((source) => withoutOwn(source, definitions, plan.isPartial));
  const lookups = await lookUpDefinitions(plan, definitions, readable);
  const unread = definitions.some(({ before, after }) => !before && !after);
  const noteLookup = (lookup: Lookup): void => {
    const text = lookupNote(lookup, unread, wording);
    if (text !== undefined) note(text);
  };
  const others = typesWithoutKro(givenCrds);
  for (const lookup of lookups) {
    if (lookup.definition || !(lookup.isNested || others.has(lookup.type))) noteLookup(lookup);
  }
  const all = await withOuter(
    [...definitions, ...lookups.flatMap(({ definition }) => definition ?? [])],
    plan.isPartial ? undefined : cluster,
    note,
  );
  const crds = crdSchemas([...givenCrds, ...(await missingCrds(all, crdSchemas(givenCrds), cluster, note))]);
  const known = knownSides(all, crds);
  for (const definition of definitions) checkDefinition(definition, known, note);
  const instances = plannedInstances(plan, all, note);
  const sharing = new Sharing();
  const hasSecrets = mayHaveSecrets(plan);
  const around = asStored && {
    isChanging: changingApis(all),
    isPartial: plan.isPartial ?? false,
    isUnread: hasSecrets ? unreadApis(definitions, known.after) : undefined,
    open: hasSecrets ? await openObjects(plan, instances, known) : undefined,
  };
  const withServer: WithServer = async (...sides) => (around ? asStored!.sides(...sides, around) : sides);
  const effects: InstanceEffect[] = [];
  for await (const instance of breathing(instances)) {
    const { children, ...effect } = await effectOn(instance, known, rules, note, withServer);
    effects.push({ instance, children: sharing.children(children, instance.id, false), ...effect });
  }
  const elsewhere = await otherInstances(
    { definitions: all, known, own: effects, plan, cluster, rules, wording, sharing, withServer },
    note,
  );
  for (const text of asStored?.notes() ?? []) note(text);

  const children = [...effects, ...elsewhere].flatMap((effect) => effect.children);
  const resources = resourceChanges(
    plan,
    { changes: plan.changes, definitions, all, known, effects, others: elsewhere },
    rules,
  );
  const dangers = [
    ...resources.flatMap((one) => dangersOf(one, () => `${wording.typeText(one.type)} ${one.name}`)),
    ...children.flatMap((child) => dangersOf(child, () => titleOf({ kind: child.kind, metadata: child }))),
  ];
  const changed = new Set(children.filter(({ action }) => action !== "same").map(typeOf));
  // Of what RGDs make, only what changes is worth a word.
  for (const lookup of lookups) {
    if (!lookup.definition && changed.has(lookup.type) && !others.has(lookup.type)) noteLookup(lookup);
  }
  const open = openKindsNote(
    children.filter(({ action }) => action !== "same"),
    known.after,
    wording.crds,
  );
  if (open !== undefined) note(open);
  if (cluster?.kroVersion) note(await kroVersionNote(cluster.title, () => cluster.kroVersion!()));
  const refused = resources.filter(({ dangers }) => dangers.some(({ name }) => name === "definition-refused"));
  if (refused.length > 0) {
    const names = refused.map(({ name }) => name).join(", ");
    note(`What is counted holds only if the RGD ${names} is accepted, and it is refused: see definition-refused.`);
  }
  const findings = held ? { findings: findingsIn(children) } : {};
  for (const text of held?.notes() ?? []) note(text);
  const drift = strays.length > 0 ? { drift: strays.map((stray) => stray.drift) } : {};
  const { changes: _, isPartial: __, ...subject } = plan;
  return { version: 1, ...subject, resources, children, dangers, ...findings, ...drift, notes: [...notes] };
}

/** As Pulumi names it. */
const typeOf = ({ apiVersion, kind }: ChildChange): string => `kubernetes:${apiVersion}:${kind}`;

/** An RGD that stays as it is was taken by kro: then it is ours to learn, not the user's to mend. */
function checkDefinition({ name, change, after }: PlannedDefinition, known: KnownSides, note: Note): void {
  const problem = after && attempt(() => buildGraph(after, known.after));
  if (!(problem instanceof Error)) return;
  if (change?.action !== "same") {
    const faults = validate(after!, { known: known.after }).filter(({ severity }) => severity === "error");
    const texts = faults.length > 0 ? faults.map(faultText) : [problem.message];
    throw new UserError(
      texts.map((text) => `${placeText(change)}ResourceGraphDefinition ${name}: ${printable(text)}`).join("\n"),
    );
  }
  note(`What kro makes of the RGD ${name} can't be told: ${problem.message}.`);
}

function resourceChanges(plan: Plan, effects: PlanEffects, rules: readonly DangerRule[]): ResourceChange[] {
  return plan.changes.filter(isShown).map((change) => {
    const { urn, type, name, action, changed } = change;
    const dangers = rules.flatMap(({ name, ofStep }) =>
      (ofStep?.(change, effects) ?? []).map((message) => ({ name, message })),
    );
    return { urn, type, name, action, changed, dangers: dangers.length > 0 ? dangers : NONE };
  });
}

const NONE: readonly never[] = [];

const dangersOf = ({ dangers }: { readonly dangers: readonly Danger[] }, title: () => string): Report["dangers"] =>
  dangers.length === 0 ? NONE : dangers.map(({ name, message }) => ({ name, message, of: flat(title()) }));

/** Of Pulumi's own bookkeeping, a reviewer needs only a provider that becomes another: it may lead to another cluster. */
const isShown = ({ type, action }: PlannedChange): boolean =>
  type !== "pulumi:pulumi:Stack" &&
  (!type.startsWith("pulumi:providers:") || action === "update" || action === "replace");

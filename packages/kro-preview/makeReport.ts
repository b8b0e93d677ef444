import { interrupted, printable, UserError } from "../console/index.ts";
import {
  buildGraph,
  crdSchemas,
  faultText,
  InstanceError,
  type Rendering,
  render,
  titleOf,
  validate,
} from "../kro/index.ts";
import { attempt } from "./attempt.ts";
import type { ChildChange, Danger } from "./changes.ts";
import { RULES } from "./dangers/index.ts";
import type { DangerRule, PlanEffects } from "./dangers/rule.ts";
import { diff } from "./diff.ts";
import { asDrifted, type Stray } from "./drift.ts";
import { keptDefaults } from "./keptDefaults.ts";
import { findingsIn, policyRule } from "./policy/inReport.ts";
import type { Policy } from "./policy/policy.ts";
import type { Plan, PlannedChange } from "./pulumi/plan.ts";
import type { Report, ResourceChange } from "./report.ts";
import { flat, Sharing } from "./sharing.ts";
import type { Cluster } from "./sources/cluster.ts";
import { type Api, type DefinitionSource, type PlannedDefinition, plannedDefinitions } from "./sources/definitions.ts";
import { type InstanceEffect, type PlannedInstance, plannedInstances } from "./sources/instances.ts";
import {
  changingApis,
  type KnownSides,
  knownSides,
  missingCrds,
  openKindsNote,
  typesWithoutKro,
  unseenNotes,
  withOuter,
} from "./sources/known.ts";
import { kroVersionNote } from "./sources/kroVersion.ts";
import { type Lookup, lookUpDefinitions, lookupNote } from "./sources/lookup.ts";
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
   * @param isChanging - whether the API server serves a kind otherwise today than after the change.
   */
  sides(
    before: Rendering | undefined,
    after: Rendering | undefined,
    isChanging: (api: Api) => boolean,
  ): Promise<readonly [before: Rendering | undefined, after: Rendering | undefined]>;
  /** What it was not asked about, and why: sentences. */
  notes(): readonly string[];
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
  const lookups = await lookUpDefinitions(plan, definitions, sources);
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
    cluster,
    note,
  );
  const crds = crdSchemas([...givenCrds, ...(await missingCrds(all, crdSchemas(givenCrds), cluster, note))]);
  const known = knownSides(all, crds);
  for (const definition of definitions) checkDefinition(definition, known, note);
  const instances = plannedInstances(plan, all, note);
  const sharing = new Sharing();
  const isChanging = changingApis(all);
  const withServer: WithServer = async (...sides) => (asStored ? asStored.sides(...sides, isChanging) : sides);
  const effects: InstanceEffect[] = [];
  for (const [i, instance] of instances.entries()) {
    if (i % 50 === 49) await breath();
    const { children, ...effect } = await effectOn(instance, known, rules, note, withServer);
    effects.push({ instance, children: sharing.children(children, instance.id, false), ...effect });
  }
  const around = {
    definitions: all,
    known,
    own: effects,
    changes: plan.changes,
    cluster,
    rules,
    wording,
    sharing,
    withServer,
  };
  const elsewhere = await otherInstances(around, note);
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
  const { changes: _, ...subject } = plan;
  return { version: 1, ...subject, resources, children, dangers, ...findings, ...drift, notes: [...notes] };
}

/** Ctrl-C is heard between two pieces of work, and never within one. */
async function breath(): Promise<void> {
  await new Promise((done) => setImmediate(done));
  interrupted.throwIfAborted();
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
      texts.map((text) => `${placeOf(change)}ResourceGraphDefinition ${name}: ${printable(text)}`).join("\n"),
    );
  }
  note(`What kro makes of the RGD ${name} can't be told: ${problem.message}.`);
}

const placeOf = (change: PlannedChange | undefined): string => (change?.place ? `${change.place}: ` : "");

/** What happens to the children of one of the stack's instances. */
async function effectOn(
  instance: PlannedInstance,
  known: KnownSides,
  rules: readonly DangerRule[],
  note: Note,
  withServer: WithServer,
): Promise<Omit<InstanceEffect, "instance" | "children"> & { readonly children: readonly ChildChange[] }> {
  const { id, change, definition, before: old, after: next } = instance;
  const forgotten = change.action === "delete" && change.retained;
  if (forgotten) note(`Pulumi forgets ${id}: it stays in the cluster, with its children.`);
  // Without its RGD kro leaves an instance's children as they are; and of an RGD that is new here, nothing older is known.
  const [before, after] = [definition.before ?? definition.after!, definition.after ?? definition.before!];
  const isChange = change.action !== "same" || (definition.change?.action ?? "same") !== "same";
  const earlier = old && attempt(() => render(before, old, known.before));
  const isKept = known.isChanging && change.action !== "replace" && !(earlier instanceof Error);
  const former = isKept ? earlier : undefined;
  const later = forgotten ? earlier : next && attempt(() => render(after, next, { ...known.after, former }));
  if (later && !(later instanceof Error)) for (const text of unseenNotes(later.children)) note(text);
  if (later instanceof InstanceError && earlier && !(earlier instanceof Error) && change.action === "same") {
    return { children: diff(earlier, earlier, { rules }), refused: later.problems };
  }
  if (later instanceof Error) {
    if (isChange && later instanceof InstanceError)
      throw new UserError(`${placeOf(change)}${printable(later.message)}`);
    note(`What kro makes of ${id} can't be told: ${later.message}.`);
    return { children: [] };
  }
  if (earlier instanceof Error) {
    note(`What kro made of ${id} can't be told, so that its children are shown as new: ${earlier.message}.`);
    return { children: diff(undefined, later, { rules }) };
  }
  if (former && later) for (const text of keptDefaults(after, known.after, later)) note(text);
  const [found, stored] = await withServer(earlier, later);
  return { children: diff(found, stored, { replaced: change.action === "replace", rules }) };
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

import type { AwsClient } from "../../packages/aws/index.ts";
import { hasColor, interrupted } from "../../packages/console/index.ts";
import {
  ALLOW_BREAKING_CHANGES,
  type Definition,
  type Instance,
  instanceGvk,
  type Value,
} from "../../packages/kro/index.ts";
import {
  makeReport,
  type Plan,
  type PlannedChange,
  type Report,
  reachBy,
  withoutApplied,
} from "../../packages/kro-preview/index.ts";
import type { ClusterChoice, ClusterClient, LiveObject } from "../../packages/live/index.ts";
import {
  awsOfConfig,
  kubeConfigOf,
  previewPlan,
  readStateAgain,
  type SelectedStack,
  type StackChoice,
  selectStack,
  shippedDefinition,
} from "../stack/index.ts";
import { type Children, lookForChildren } from "./children.ts";
import { type Found, find } from "./find.ts";
import { plainName, withAdoption } from "./telling.ts";
import { type DefinitionPair, judge, schemaVerdict, type Verdict } from "./verdict.ts";
import { wantedOf } from "./wanted.ts";

/** What is adopted, and how. */
export interface AdoptOptions extends StackChoice, ClusterChoice {
  /** Deployments whose selector differs are deleted and made anew. Default: they are refused. */
  readonly recreateDeployments?: boolean;
  /** Recover what a killed run left. */
  readonly resume?: boolean;
  /** Count no items, which reads them all. */
  readonly count: boolean;
}

/** What is there of a stack that isn't the stack's yet, and what taking it over means. */
export interface Survey {
  readonly selected: SelectedStack;
  readonly found: readonly Found[];
  /** Pulumi's plan with all of that imported, and what kro makes of it; without the dangers that are taken care of. */
  readonly report: Report;
  readonly verdict: Verdict;
  readonly children: readonly Children[];
  /** Uids of what may be taken in the cluster. */
  readonly uids: readonly string[];
  readonly aws: AwsClient;
  readonly cluster: ClusterClient;
}

const DEFINITION = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";
const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";
const RGD = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" };

/**
 * Looks for all that the program declares. Changes nothing.
 *
 * @throws UserError where the program, the cluster or AWS can't be asked, or the program's own guards refuse.
 */
export async function survey(options: AdoptOptions): Promise<Survey> {
  const selected = await selectStack(options);
  console.error(`waiting for Pulumi's preview of stack ${options.stack}, as if nothing of it were there ...`);
  const planned = await withAdoption(selected, [], undefined, () => quietPreview(options));
  const config = kubeConfigOf(planned, options, (provider) =>
    (provider?.action ?? "same") === "same" ? readStateAgain(selected) : undefined,
  );
  const { cluster: source, connect } = await reachBy(config, options.context);
  const [aws, cluster] = await Promise.all([awsOfConfig(selected, interrupted), connect()]);
  console.error(`waiting for ${source.title} and AWS ...`);
  const found = (await Promise.all(wantedOf(planned).map((wanted) => find(wanted, aws, cluster)))).filter(
    (one) => one !== undefined,
  );
  const definitions = (await cluster.list(RGD)) as readonly (LiveObject & Definition)[];
  const change = planned.changes.find(({ type, after }) => type === DEFINITION && after);
  const definition = pairOf(change, definitions);
  const after = (change?.after as unknown as Definition | undefined) ?? (await shipped(definitions));
  const children = after ? await childrenOf(planned, after, found, cluster) : [];
  const uids = [
    ...found.flatMap(({ live }) => live?.metadata.uid ?? []),
    ...children.flatMap(({ isNew, taken }) => (isNew ? taken.flatMap(({ live }) => live.metadata.uid ?? []) : [])),
  ];
  console.error("waiting for Pulumi's preview with what was found ...");
  const schema = schemaVerdict(definition);
  const preview = await withAdoption(selected, found, uids, () => quietPreview(options));
  const plan = withLive(preview, found, schema.notes.length > 0);
  const report = await makeReport(plan, { sources: [source, shippedDefinition], cluster: source });
  const roles = [...new Set(found.flatMap(({ wanted }) => (wanted.kind === "role" ? [wanted.name] : [])))];
  const attached = await Promise.all(
    roles.map(async (role) => [role, (await aws.attachedPolicies(role)) ?? []] as const),
  );
  const rivals = change ? rivalsOf(after, definitions) : [];
  const recreate = options.recreateDeployments === true;
  const verdict = judge({
    project: selected.project,
    stack: plainName(selected.stack.name),
    found,
    plan,
    report,
    definition,
    rivals,
    children,
    attached: Object.fromEntries(attached),
    recreate,
  });
  return { selected, found, report: withoutHandled(report, verdict), verdict, children, uids, aws, cluster };
}

/** What Pulumi prints is shown where it fails: what is taken over is shown in one piece later. */
async function quietPreview(options: AdoptOptions): Promise<Plan> {
  const printed: string[] = [];
  const color = hasColor(process.stderr);
  return previewPlan({ ...options, color, signal: interrupted, onOutput: (text) => printed.push(text) }).catch(
    (error) => {
      process.stderr.write(printed.join(""));
      throw error;
    },
  );
}

function pairOf(
  change: PlannedChange | undefined,
  live: readonly (LiveObject & Definition)[],
): DefinitionPair | undefined {
  const after = change?.after as unknown as Definition | undefined;
  const before = after && live.find(({ metadata }) => metadata.name === after.metadata.name);
  return before && after ? { live: before, before, after } : undefined;
}

const rivalsOf = (own: Definition | undefined, definitions: readonly Definition[]): string[] =>
  definitions.flatMap((other) => {
    if (!own || other.metadata.name === own.metadata.name) return [];
    const [mine, its] = [instanceGvk(own), instanceGvk(other)];
    return mine.apiVersion === its.apiVersion && mine.kind === its.kind ? [other.metadata.name] : [];
  });

/** Of a stack that leaves the RGD to another: that one's. */
const shipped = async (definitions: readonly Definition[]): Promise<Definition | undefined> =>
  definitions.find(({ spec }) => spec.schema.kind === "CartsStack");

/** Of the instances that the stack has already, too: an adoption may have ended midway. */
const childrenOf = (
  { changes }: Plan,
  definition: Definition,
  found: readonly Found[],
  cluster: ClusterClient,
): Promise<Children[]> =>
  Promise.all(
    changes
      .filter(({ type, action, after }) => type === INSTANCE && after && action !== "replace")
      .map(({ urn, action, after }) => {
        const instance = after as unknown as Instance;
        const isThere = action !== "create" || found.some(({ wanted }) => wanted.change.urn === urn);
        return lookForChildren(definition, instance, { isThere, isNew: action === "create" }, cluster);
      }),
  );

/**
 * Of an object that it imports, Pulumi doesn't always say what it is: the cluster does.
 *
 * @param allowed - whether the RGD is to have the annotation with which kro takes its change.
 */
function withLive(plan: Plan, found: readonly Found[], allowed: boolean): Plan {
  const lives = new Map(found.map(({ wanted, live }) => [wanted.change.urn, live]));
  const changes = plan.changes.map((change) => {
    const live = lives.get(change.urn);
    if (!live) return change;
    const after = allowed && change.type === DEFINITION && change.after ? allowing(change.after) : change.after;
    const { apiVersion, kind, metadata, spec } = live;
    const { name, namespace, annotations = {} } = metadata;
    const own = withoutApplied(annotations) ?? {};
    const before = { apiVersion, kind, metadata: { name, ...(namespace && { namespace }), annotations: own }, spec };
    return { ...change, before: before as unknown as Inputs, after };
  });
  return { ...plan, changes };
}

type Inputs = NonNullable<PlannedChange["after"]>;

function allowing(definition: Inputs): Inputs {
  const metadata = definition.metadata as { readonly [key: string]: Value };
  const annotations = { ...(metadata.annotations as object), [ALLOW_BREAKING_CHANGES]: "true" };
  return { ...definition, metadata: { ...metadata, annotations } };
}

/** Without the dangers that adopt itself sees to, and says so. */
function withoutHandled(report: Report, { beside }: Verdict): Report {
  const namespaces = (objects: readonly LiveObject[]) => new Set(objects.map(({ metadata }) => metadata.namespace));
  const [tables, pods] = [namespaces(beside.retain), namespaces(beside.recreate)];
  const children = report.children.map((child) => {
    const isOf = (places: ReadonlySet<string | undefined>) => places.has(String(child.namespace));
    const isHandled = (name: string) =>
      (child.kind === "Table" && /^(table|aws-resource)-(replaced|deleted)$/.test(name) && isOf(tables)) ||
      (child.kind === "Deployment" && name === "immutable-field" && isOf(pods));
    return { ...child, dangers: child.dangers.filter(({ name }) => !isHandled(name)) };
  });
  const left = new Set(
    [...children, ...report.resources].flatMap(({ dangers }) => dangers.map(({ message }) => message)),
  );
  return { ...report, children, dangers: report.dangers.filter(({ message }) => left.has(message)) };
}

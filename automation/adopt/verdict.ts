import { OWNER, TAGS } from "../../components/index.ts";
import { ALLOW_BREAKING_CHANGES, type Definition, validate } from "../../packages/kro/index.ts";
import type { Plan, PlannedChange, Report } from "../../packages/kro-preview/index.ts";
import { kubectlName, type LiveObject } from "../../packages/live/index.ts";
import { isOurs } from "./beside.ts";
import { bystanders } from "./bystanders.ts";
import type { Children } from "./children.ts";
import { foreignChildren, selectorVerdict, strangeNamespace, tableVerdict, takeoverNote } from "./childrenVerdict.ts";
import type { Found } from "./find.ts";

/** An RGD as the cluster has it, and as the program declares it. */
export interface DefinitionPair {
  readonly live: LiveObject;
  readonly before: Definition;
  readonly after: Definition;
}

/** What an adoption is judged by. */
export interface Evidence {
  readonly project: string;
  readonly stack: string;
  readonly found: readonly Found[];
  /** Pulumi's plan with all of that imported. */
  readonly plan: Plan;
  readonly report: Report;
  readonly definition: DefinitionPair | undefined;
  /** RGDs in the cluster under other names that make the API of ours. */
  readonly rivals: readonly string[];
  readonly children: readonly Children[];
  /** ARNs of attached policies, by role. */
  readonly attached: Readonly<Record<string, readonly string[]>>;
  /** Deployments with another selector are made anew. */
  readonly recreate: boolean;
}

/** What an adoption does beside Pulumi's update. */
export interface Beside {
  /** Objects of ACK's whose deletion is to leave the table where it is. */
  readonly retain: readonly LiveObject[];
  /** Those among them that nobody else deletes. */
  readonly remove: readonly LiveObject[];
  /** An RGD that is to change in a way that kro takes only when it is told. */
  readonly allow: LiveObject | undefined;
  /** RGDs that have that still, from a run that was killed. */
  readonly allowed: readonly LiveObject[];
  /** Deployments that can't be changed in place. */
  readonly recreate: readonly LiveObject[];
}

/** Whether something may be adopted, and what that means: lines for a reader. */
export interface Verdict {
  /** Why it can't be: with any, nothing is changed. */
  readonly refused: readonly string[];
  /** What is done, or stays undone, beside what Pulumi and kro do. */
  readonly notes: readonly string[];
  readonly beside: Beside;
}

/** Judges what was found. Pure. */
export function judge(evidence: Evidence): Verdict {
  const { found, report, rivals, children, attached } = evidence;
  const schema = schemaVerdict(evidence.definition);
  const pods = selectorVerdict(evidence.children, evidence.recreate);
  const tables = tableVerdict(children);
  const left = [evidence.definition?.live].filter((one) => one !== undefined && isOurs(one)) as LiveObject[];
  const refused = [
    ...found.flatMap((one) => ownerProblem(one, evidence)),
    ...rivals.map(
      (name) =>
        `the API CartsStack is of the ResourceGraphDefinition ${name}, and the stack's is called otherwise: kro lets no other have it. ` +
        "Delete that one with its instances, or keep it and don't adopt",
    ),
    ...schema.refused,
    ...found.flatMap(instanceProblem),
    ...children.flatMap(({ instance, problem }) =>
      problem ? [`kro could make nothing of ${instance}: ${problem}`] : [],
    ),
    ...pods.refused,
    ...children.flatMap(foreignChildren),
    ...children.flatMap(strangeNamespace),
    ...bystanders(report),
    ...replacements(evidence),
    ...report.dangers.flatMap(({ name, message }) =>
      name === "instance-refused" || (name === "immutable-field" && !/^spec\.selector/.test(message)) ? [message] : [],
    ),
  ];
  const policies = Object.entries(attached).flatMap(([role, arns]) =>
    arns.map(
      (arn) =>
        `the policy ${arn} stays attached to the role ${role}, beside the stack's own: ` +
        `\`aws iam detach-role-policy --role-name ${role} --policy-arn ${arn}\` takes it off`,
    ),
  );
  return {
    refused: [...new Set(refused)],
    notes: [
      ...schema.notes,
      ...(schema.notes.length > 0 ? [] : left.map(leftNote)),
      ...tables.notes,
      ...pods.notes,
      ...children.flatMap(takeoverNote),
      ...found.flatMap((one) => formerRole(one, evidence)),
      ...policies,
    ],
    beside: {
      retain: tables.retain,
      remove: tables.remove,
      allow: schema.notes.length > 0 ? evidence.definition?.live : undefined,
      allowed: left,
      recreate: pods.recreate,
    },
  };
}

/** By what the program declares it to have; what declares nothing of it is judged by the names alone. */
const ownerProblem = ({ title, owner, wanted }: Found, { project, stack }: Evidence): string[] =>
  owner === undefined || owner === (ownerIn(wanted.change.after) ?? owner.match(`^.*/${project}/${stack}$`)?.[0])
    ? []
    : [`${title} is the stack ${owner}'s: \`pulumi state move\` hands a resource over (docs/behaviour.md)`];

const leftNote = ({ metadata }: LiveObject): string =>
  `the ResourceGraphDefinition ${metadata.name} has the annotation ${ALLOW_BREAKING_CHANGES} from a run that did not end: it is taken away`;

/** What a change would mark as whose: by its tags, or by its annotations. */
function ownerIn(after: PlannedChange["after"]): unknown {
  const { tags, metadata } = (after ?? {}) as {
    readonly tags?: Readonly<Record<string, unknown>>;
    readonly metadata?: { readonly annotations?: Readonly<Record<string, unknown>> };
  };
  const owner = tags?.[TAGS.managedBy] ?? metadata?.annotations?.[OWNER];
  return typeof owner === "string" ? owner : undefined;
}

/** Of an instance, what can't change without another coming in its place. */
function instanceProblem({ wanted, title, live }: Found): string[] {
  if (wanted.kind !== "instance" || !live) return [];
  return (["tableName", "namespace"] as const).flatMap((key) => {
    const [has, next] = [live.spec?.[key], wanted.instance.spec?.[key]];
    if (typeof next !== "string" || has === next) return [];
    return [
      `${title} has ${key} ${JSON.stringify(has)}, and the config makes it "${next}", which would replace the instance: \`pulumi config set ${key} ${has}\``,
    ];
  });
}

/** kro's verdict on the change of the API. What only narrows values, and no instance minds, is allowed for this update. */
export function schemaVerdict(definition: DefinitionPair | undefined): {
  readonly refused: readonly string[];
  readonly notes: readonly string[];
} {
  if (!definition) return { refused: [], notes: [] };
  const { live, before, after } = definition;
  const { annotations = {} } = live.metadata;
  // What somebody has allowed there stays allowed.
  const isAllowed = annotations[ALLOW_BREAKING_CHANGES] === "true";
  const errors = validate(after, { before }).filter(({ severity }) => severity === "error");
  const breaking = errors.filter(({ id }) => id === "breaking-change");
  const mild = breaking.filter(
    ({ path, problem }) => path.startsWith("status.") || /^(must match|has the) /.test(problem),
  );
  const text = (findings: typeof errors) => findings.map(({ path, problem }) => `${path} ${problem}`).join(", ");
  const name = `the ResourceGraphDefinition ${live.metadata.name}`;
  const other = errors.filter((one) => one.id !== "breaking-change");
  const grave = isAllowed ? [] : breaking.filter((one) => !mild.includes(one));
  const refused = [
    ...(other.length > 0 ? [`kro, or the API server, refuses the change of ${name}: ${text(other)}`] : []),
    ...(grave.length > 0
      ? [
          `kro refuses the change of ${name}: ${text(grave)}. If no instance needs what goes, say so: ` +
            `\`kubectl annotate ${kubectlName(live)} ${ALLOW_BREAKING_CHANGES}=true\``,
        ]
      : []),
  ];
  const allowed =
    refused.length > 0 || breaking.length === 0
      ? []
      : [
          `${name} has the annotation ${ALLOW_BREAKING_CHANGES} for this update, and not after it: kro refuses without that what ` +
            `${isAllowed ? "you have allowed" : "no instance minds"} (${text(breaking)})`,
        ];
  return { refused, notes: allowed };
}

/** The role that an association had: unless it is taken over as well, it stays as it is. */
function formerRole({ roleArn, title }: Found, { found, plan }: Evidence): string[] {
  const name = roleArn?.split("/").at(-1);
  const isOwn = found.some(({ wanted }) => wanted.kind === "role" && wanted.name === name);
  const isKept = plan.changes.some(
    ({ type, after }) => type.endsWith(":PodIdentityAssociation") && after?.roleArn === roleArn,
  );
  return name === undefined || isOwn || isKept
    ? []
    : [
        `${title} has the role ${name}, and gets the stack's: ${name} stays as it is, nobody's, unless roleName names it`,
      ];
}

function replacements({ plan, found }: Evidence): string[] {
  return found.flatMap(({ wanted, title }) => {
    const change = plan.changes.find(({ urn }) => urn === wanted.change.urn);
    return change?.action === "replace"
      ? [`${title} would be replaced, because of ${change.changed.join(", ")}: set in the config what it has`]
      : [];
  });
}

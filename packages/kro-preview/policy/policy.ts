import { type KubernetesObject, titleOf, type Value } from "../../kro/index.ts";
import { Look } from "./look.ts";
import { podOf } from "./pods.ts";
import type { Child, PodSecurityLevel, PolicyRule, Setting, Severity } from "./rule.ts";
import { GROUPS, POLICY_RULES } from "./rules.ts";

/** What a rule found in a child. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** A sentence without a full stop. It never has a value that may be a credential. */
  readonly message: string;
  /** Field of the child: `spec.template.spec.containers[name=carts].image`. */
  readonly path: string;
  /** The page that says what is demanded. */
  readonly source: string;
  /** The child had it before the change. */
  readonly before?: true;
}

/** A finding that somebody accepts. */
export interface Exception {
  /** Id of a rule, or of a group. */
  readonly rule: string;
  /** Default: of every kind. */
  readonly kind?: string;
  /** `name`, or `namespace/name`. Default: every one. */
  readonly name?: string;
  readonly reason: string;
}

/** Which rules count, and what they ask for. */
export interface PolicySettings {
  /** By the id of a rule or a group: a rule's own comes first. Default: each rule's own. */
  readonly rules?: Readonly<Record<string, Setting>>;
  /** Default `restricted`. */
  readonly podSecurity?: PodSecurityLevel;
  /** Labels that every child must have. Default: none. */
  readonly labels?: readonly string[];
  readonly exceptions?: readonly Exception[];
}

/** What the rules say of an object. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** Of each finding that an exception accepts, a sentence. */
  readonly excepted: readonly string[];
  /** Paths of values on which a rule depends, and that are secret, or that only the cluster can know. */
  readonly untold: readonly string[];
}

/** The rules over children, as they are switched. */
export interface Policy {
  /** @param object - that kro makes, as kro renders it. */
  check(object: KubernetesObject): Checked;
}

/**
 * Rules, switched. A value that can't be told, since it is secret or only the cluster knows it, breaks none.
 *
 * @param known - the rules that there are. Default: the built-in ones.
 * @see docs/policy.md
 */
export function makePolicy(
  { rules = {}, podSecurity = "restricted", labels = [], exceptions = [] }: PolicySettings = {},
  known: readonly PolicyRule[] = POLICY_RULES,
): Policy {
  const active = known
    .filter(({ levels }) => levels?.includes(podSecurity) ?? true)
    .flatMap((rule) => {
      const setting = settingOf(rule, rules);
      return setting === "off" ? [] : [{ rule, severity: setting }];
    });
  return {
    check(object) {
      const untold = new Set<string>();
      const look = new Look(object as Value, "", (path) => untold.add(path));
      const child: Child = { object, look, pod: podOf(object, look) };
      const found = active.flatMap(({ rule, severity }) =>
        rule
          .check(child, { labels })
          .map(({ message, path }): Finding => ({ rule: rule.id, severity, message, path, source: rule.source })),
      );
      const accepted = found.map((finding) => exceptions.find((one) => accepts(one, finding, object)));
      return {
        findings: found.filter((_, i) => !accepted[i]),
        excepted: found.flatMap(({ rule }, i) =>
          accepted[i] ? [`${rule} of ${titleOf(object)} is accepted: ${accepted[i].reason}`] : [],
        ),
        untold: [...untold],
      };
    },
  };
}

/** The switch of a rule: its own, or its group's, or its default. */
const settingOf = ({ id, default: own }: PolicyRule, rules: Readonly<Record<string, Setting>>): Setting =>
  rules[id] ??
  Object.entries(GROUPS).flatMap(([group, ids]) => (ids.includes(id) ? (rules[group] ?? []) : []))[0] ??
  own;

function accepts(
  { rule, kind, name }: Exception,
  finding: Finding,
  { kind: ofKind, metadata }: KubernetesObject,
): boolean {
  const names = [String(metadata.name), `${metadata.namespace}/${metadata.name}`];
  return (
    (rule === finding.rule || GROUPS[rule]?.includes(finding.rule) === true) &&
    (kind ?? ofKind) === ofKind &&
    (name === undefined || names.includes(name))
  );
}

import { styleText } from "node:util";
import { count, list, printable, textWidth } from "../../console/index.ts";
import type { Action, Danger, FieldChange } from "../changes.ts";
import type { InstanceChildChange, Report, ResourceChange } from "../report.ts";
import { subjectName, type Wording, wordingOf } from "../subject.ts";
import { driftText } from "./drift.ts";
import {
  type Branch,
  branchesOf,
  byInstance,
  type ChangedInstance,
  counts,
  fieldName,
  hasChange,
  inTime,
  isNotable,
  objectName,
  SIGNS,
  summary,
} from "./instances.ts";
import { findingLines } from "./policyFindings.ts";
import { gatherResources } from "./resources.ts";
import { valueTexts } from "./values.ts";

/** How a report is written for a terminal. */
export interface TreeOptions {
  /** With the terminal's colours. */
  readonly color: boolean;
  /** Columns of the terminal. Values are cut to fit. Default 120. */
  readonly width?: number;
  /** Also what stays as it is, every field of what is created or deleted, and each instance. Default false. */
  readonly all?: boolean;
}

/** The report for a terminal: Pulumi's plan, and below it what kro makes of each instance, in waves. Ends with a newline. */
export function formatTree(report: Report, options: TreeOptions): string {
  const paint = painter(options.color);
  const title = subjectName(report);
  const wording = wordingOf(report);
  const running = report.running === undefined ? [] : [paint("yellow", `! ${printable(report.running)}`)];
  const notes = report.notes.map((note) => paint("dim", `note: ${printable(note)}`));
  const found = report.drift ? [paint("bold", "Not as the last update left it"), ...driftText(report.drift), ""] : [];
  if (!hasChange(report) && report.dangers.length === 0 && !options.all) {
    return lines([
      ...running,
      `No change${report.title === undefined ? " in" : ":"} ${printable(title)}.`,
      ...found,
      ...notes,
    ]);
  }
  const { changed, unchanged } = byInstance(report.children, options);
  return lines([
    ...running,
    ...found,
    paint("bold", report.title === undefined ? `${wording.plan} for ${title}` : `${wording.plan}: ${printable(title)}`),
    ...planLines(report.resources, wording, options, paint),
    "",
    ...(report.children.length > 0 ? [paint("bold", "What kro does"), ""] : []),
    ...changed.flatMap((instance) => [...instanceLines(instance, wording, options, paint), ""]),
    ...(unchanged.length > 0 ? [`unchanged: ${list(unchanged.map(printable), NAMES)}`, ""] : []),
    ...policyLines(report, paint),
    ...notes,
    summary(report),
  ]);
}

/** Of instances and resources that need no lines of their own, so many are named. */
const NAMES = 10;

const lines = (all: readonly string[]): string => `${all.join("\n")}\n`;

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Whether to colour is the caller's choice: what the environment or the stream says does not count here. */
const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color ? styleText(style, text, { validateStream: false }) : text;

const STYLES: Readonly<Record<Action, Parameters<typeof styleText>[0]>> = {
  create: "green",
  update: "yellow",
  replace: "magenta",
  delete: "red",
  same: "dim",
};

const signed = (action: Action, text: string, paint: Paint): string =>
  paint(STYLES[action], `${SIGNS[action].padEnd(2)} ${text}`);

function planLines(
  resources: readonly ResourceChange[],
  { typeText }: Wording,
  { all }: TreeOptions,
  paint: Paint,
): string[] {
  const same = all ? [] : resources.filter((resource) => !isNotable(resource));
  const shown = resources.filter((resource) => !same.includes(resource));
  const gathered = all ? shown.map((one) => ({ ...one, alike: [] })) : gatherResources(shown);
  return [
    ...gathered.flatMap(({ type, name, action, changed, dangers, alike }) => [
      signed(
        action,
        printable(`${typeText(type)} ${name}${changed.length > 0 ? ` [${changed.join(", ")}]` : ""}`),
        paint,
      ),
      ...dangerLines(dangers, paint).map((line) => `     ${line}`),
      ...(alike.length > 0
        ? [`   and ${alike.length} more in the same way: ${list(alike.map(printable), NAMES)}`]
        : []),
    ]),
    ...(same.length > 0 ? [paint("dim", `   ${same.length} unchanged`)] : []),
  ];
}

/** Where a field's line begins, at the most: after the tree's branches and the sign. */
const FIELD_INDENT = 12;
/** How much further to the right, for each instance that it is within. */
const WITHIN_INDENT = 11;
/** A value is not cut to fewer characters than these, whatever the width. */
const MIN_VALUE = 40;

function instanceLines(
  { instance, otherStack, children, alike }: ChangedInstance,
  { other }: Wording,
  options: TreeOptions,
  paint: Paint,
) {
  const owner = otherStack ? ` (${other})` : "";
  return [
    `${paint("bold", printable(instance))}${owner}: ${counts(children)}`,
    ...waveLines(branchesOf(children), options, paint),
    ...(alike.length > 0
      ? [
          `   ${count(alike.length, "more instance")} change in the same fields: ${list(
            alike.map((one) => printable(one.instance)),
            NAMES,
          )}`,
        ]
      : []),
  ];
}

/** The children of an instance, wave by wave, and how many are left out because they stay as they are. */
function waveLines(branches: readonly Branch[], options: TreeOptions, paint: Paint): string[] {
  const hidden = options.all ? [] : branches.filter((branch) => !isShown(branch));
  const waves = inTime(
    branches.filter((branch) => !hidden.includes(branch)),
    ({ child }) => child,
  );
  const shown = waves.map(({ title, items }) => [
    title,
    ...tree(items.map((branch) => branchLines(branch, options, paint))),
  ]);
  const count = hidden.reduce((sum, branch) => sum + sizeOf(branch), 0);
  return tree([...shown, ...(count > 0 ? [[paint("dim", `${count} unchanged`)]] : [])]);
}

const isShown = ({ child, within }: Branch): boolean => isNotable(child) || within.some(isShown);

const sizeOf = ({ within }: Branch): number => within.reduce((sum, branch) => sum + sizeOf(branch), 1);

/** A child, and below it what is within it. */
function branchLines({ child, within }: Branch, options: TreeOptions, paint: Paint): string[] {
  const { width = 120 } = options;
  const inner = { ...options, width: width - WITHIN_INDENT };
  const below = waveLines(within, inner, paint).map((line) => `     ${line}`);
  return [...childLines(child, options, paint), ...below];
}

/** Each item's first line gets a branch, its others are indented. */
const tree = (items: readonly (readonly string[])[]): string[] =>
  items.flatMap((item, i) => {
    const last = i === items.length - 1;
    return item.map((line, j) => `${j > 0 ? (last ? "   " : "│  ") : last ? "└─ " : "├─ "}${line}`);
  });

function childLines(child: InstanceChildChange, options: TreeOptions, paint: Paint): string[] {
  const { kind, action, condition, fields, dangers } = child;
  // All of an object's fields are too many to read by the way.
  const whole = (action === "create" || action === "delete") && !options.all;
  const size = whole ? ` (${count(fields.length, "field")})` : "";
  return [
    signed(action, `${printable(kind)} ${objectName(child)}${size}`, paint),
    ...(condition === undefined ? [] : [`     ? depends on what only the cluster knows: ${printable(condition)}`]),
    ...(whole ? [] : fields.map((field) => `     ${fieldLine(field, action, options)}`)),
    ...dangerLines(dangers, paint).map((line) => `     ${line}`),
  ];
}

function fieldLine(field: FieldChange, action: Action, { width = 120 }: TreeOptions): string {
  const { before, after } = field;
  const name = fieldName(field);
  const room = width - FIELD_INDENT - textWidth(name);
  const cutTo = (length: number) => valueTexts(before, after, Math.max(MIN_VALUE, length));
  const line = (text: string | undefined): string => `${name}: ${text}`;
  const [old, next] = cutTo(room);
  if (action === "create" || action === "delete") return line(next ?? old);
  // Two secrets, or two ARNs that nobody knows yet, look the same.
  if (old === next) return line(`${old}, another than before`);
  const [a = "(none)", b = "(none)"] = cutTo(Math.floor((room - " => ".length) / 2));
  return line(`${a} => ${b}`);
}

function policyLines({ findings = [] }: Report, paint: Paint): string[] {
  if (findings.length === 0) return [];
  const blocks = findingLines(findings).flatMap(({ head, of }) => [
    paint(head.startsWith("error") ? "red" : "yellow", head),
    ...of.map((one) => `     ${one}`),
  ]);
  return [paint("bold", "What the policy finds"), ...blocks, ""];
}

const dangerLines = (dangers: readonly Danger[], paint: Paint): string[] =>
  dangers.map(({ name, message }) => paint(["bold", "red"], `! ${name}: ${printable(message)}`));

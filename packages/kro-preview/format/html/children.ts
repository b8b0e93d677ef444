import { count } from "../../../console/index.ts";
import type { Danger, FieldChange } from "../../changes.ts";
import type { InstanceChildChange } from "../../report.ts";
import { fieldName, objectName } from "../instances.ts";
import { actionText } from "./graph.ts";
import { code, type Html, html, type Part, prose } from "./markup.ts";
import { sides, single } from "./values.ts";

/** Of one child, so many fields are shown. */
const FIELDS_SHOWN = 400;

/** What happens to a child, to unfold. */
export interface ChildOptions {
  /** Where the picture and the dangers lead. */
  readonly id: string;
  readonly open: boolean;
  /** False where the page has no room left for its fields. */
  readonly withFields: boolean;
}

/** One child: what happens to it, and beneath that why and where. */
export function childBlock(child: InstanceChildChange, { id, open, withFields }: ChildOptions): Html {
  const { action, kind, apiVersion, condition, node, fields, dangers } = child;
  const attribute = open ? html` open` : undefined;
  return html`<details class="child ${action}"${attribute}><summary><span class="sign">${actionText(action)}</span> <strong>${kind}</strong> ${code(objectName(child))}${sizeOf(child)}${dangerNames(dangers)}</summary>
<div id="${id}"><p class="muted">${code(apiVersion)}, node ${code(node)}</p>${alarms(dangers)}${
    condition === undefined
      ? undefined
      : html`<p>Only the cluster can know whether, or how often, it is made: if ${code(condition)}</p>`
  }${withFields ? fieldList(child) : html`<p class="muted">${count(fields.length, "field")} left out.</p>`}</div></details>
`;
}

const isWhole = ({ action }: InstanceChildChange): boolean => action === "create" || action === "delete";

const sizeOf = ({ fields }: InstanceChildChange): Part =>
  fields.length === 0 ? undefined : html` <span class="size muted">${count(fields.length, "field")}</span>`;

const dangerNames = (dangers: readonly Danger[]): Part =>
  dangers.map(({ name }) => html` <span class="tag delete">! ${name}</span>`);

/** Each danger, as the reader must see it. */
const alarms = (dangers: readonly Danger[]): Part =>
  dangers.map(({ name, message }) => html`<div class="alarm"><strong>${name}</strong>: ${prose(message)}</div>`);

function fieldList(child: InstanceChildChange): Part {
  const { fields, action } = child;
  if (fields.length === 0) {
    return action === "replace" ? html`<p class="muted">No field of it changes: it is made anew.</p>` : undefined;
  }
  const more =
    fields.length > FIELDS_SHOWN
      ? html`<p class="muted">${count(fields.length - FIELDS_SHOWN, "more field")} left out.</p>`
      : undefined;
  const items = fields.slice(0, FIELDS_SHOWN).map(isWhole(child) ? wholeField : changedField);
  return html`<ul class="fields${isWhole(child) ? " whole" : ""}">${items}</ul>${more}`;
}

const wholeField = (field: FieldChange): Html =>
  html`<li>${code(fieldName(field), "path")} <span>${single((field.after === undefined ? field.before : field.after)!)}</span></li>
`;

const changedField = (field: FieldChange): Html =>
  html`<li>${code(fieldName(field), "path")}${sides(field.before, field.after)}</li>
`;

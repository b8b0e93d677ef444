import type { AckResource } from "./ackResource.ts";

type Say = (resource: AckResource) => string;
type SayBoth = (old: AckResource, next: AckResource) => string;

/** How it is said what becomes of a resource in AWS. */
export interface AckWords {
  /** Of the dangers. */
  readonly names: {
    readonly replaced: string;
    readonly retained: string;
    readonly deleted: string;
    readonly goes: string;
  };
  readonly retained: Say;
  readonly deleted: Say;
  /** A new object stands for another one. */
  readonly other: SayBoth;
  /** The object stands for another one from now on. */
  readonly renamed: SayBoth;
  readonly forgotten: Say;
  readonly goes: Say;
  /** Deleted, and then made again. */
  readonly remade: Say;
  /** The old object takes it along, after the new one took it up. */
  readonly takenUp: Say;
  readonly adopted: Say;
  readonly notAdopted: Say;
  /** A new one, of another id. */
  readonly another: Say;
}

const namesOf = (prefix: string) => ({
  replaced: `${prefix}-replaced`,
  retained: `${prefix}-retained`,
  deleted: `${prefix}-deleted`,
  goes: `${prefix}-goes`,
});

const table: Say = ({ title }) => `the DynamoDB table ${title}`;
const otherTable: SayBoth = (old, next) => `the service goes on with the table ${next.identity}, not ${old.identity}`;

export const TABLE: AckWords = {
  names: namesOf("table"),
  retained: (one) => `${table(one)} stays, with its items, and nothing manages it`,
  deleted: (one) => `${table(one)} is deleted with its items`,
  other: otherTable,
  renamed: otherTable,
  forgotten: (one) =>
    `${table(one)} stays, with its items, and nothing manages it: ACK takes up the other name in place`,
  goes: (one) => `${table(one)} is deleted with its items when its instance is, by a destroy or a replacement`,
  remade: (one) => `${table(one)} is deleted with its items, and made again, empty`,
  takenUp: ({ title }) =>
    `the new Table resource takes up ${title}; then kro deletes the old one, and ACK the table with its items`,
  adopted: (one) => `the Table resource is made anew and takes up ${table(one)}, with its items`,
  notAdopted: ({ title }) => `the new Table resource does not adopt ${title}, which exists: ACK refuses to manage it`,
  another: (one) => `the Table resource is made anew, for another table than ${table(one)}`,
};

const resource: Say = ({ service, kind, title }) => `the ${kind} ${title} of ${service}`;

export const RESOURCE: AckWords = {
  names: namesOf("aws-resource"),
  retained: (one) => `${resource(one)} stays in AWS, and nothing manages it`,
  deleted: (one) =>
    `${resource(one)} is deleted in AWS${one.isPolicyKnown ? "" : ", unless its namespace or ACK's controller has the deletion policy retain"}`,
  other: (old, next) => `the new object is for the ${next.kind} ${next.title}, not ${old.title}`,
  renamed: (old, next) => `${resource(old)} becomes ${next.title}: ACK makes or adopts that one, or refuses the change`,
  forgotten: (one) =>
    `${resource(one)} stays in AWS, and nothing manages it, where ACK takes up the other name in place`,
  goes: (one) => `${resource(one)} is deleted in AWS when its instance is`,
  remade: (one) => `${resource(one)} is deleted in AWS, and made again`,
  takenUp: (one) => `the new object takes up ${resource(one)}; then kro deletes the old one, and ACK that in AWS`,
  adopted: (one) => `the object is made anew and takes up ${resource(one)}`,
  notAdopted: (one) => `the new object does not adopt ${resource(one)}, which exists: ACK refuses to manage it`,
  another: (one) =>
    `AWS makes another ${one.kind} in place of ${resource(one)}: what names its id or its ARN has to follow`,
};

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandbox } from "../../e2e/kit/index.ts";
import type { Fault } from "./fault.ts";

/** AWS answers by rules of the sandbox's, as long as the command runs; sandbox/README.md describes them. */
const ruled = (name: string, ...rules: readonly object[]): Fault => ({
  name,
  before: true,
  begin: async () => {
    const file = join(sandbox.folder, "aws-rules.json");
    writeFileSync(file, JSON.stringify(rules));
    return async () => rmSync(file, { force: true });
  },
});

export const CLOUD: readonly Fault[] = [
  ruled("AWS throttles every call, four times each", ...each((action) => ({ action, answer: "throttle", times: 4 }))),
  ruled("AWS fails with 503, twice each", ...each((action) => ({ action, answer: "fail", status: 503, times: 2 }))),
  ruled(
    "AWS does the work and loses the answer",
    ...each((action) => ({ action, answer: "fail", processed: true, times: 1 })),
  ),
  ruled("AWS answers after two seconds", ...each((action) => ({ action, answer: "delay", seconds: 2 }))),
  ruled(
    "AWS denies what makes and takes away, three times each",
    ...each((action) => ({ action, answer: "deny", times: 3 })),
  ),
];

function each(rule: (action: string) => object): readonly object[] {
  const changes = ["iam:*Role*", "eks:*PodIdentityAssociation", "dynamodb:*Table"];
  return changes.map(rule);
}

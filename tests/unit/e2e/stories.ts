import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestSandbox } from "../../../sandbox/testing.ts";
import { story } from "../../e2e/kit/story.ts";

const update = { line: "pulumi up --stack e2e", began: 0, ended: 7000, code: 255, output: () => "no cluster there" };
const own = {
  folder: join(tmpdir(), "carts-stack-no-sandbox"),
  commands: { ran: [update] },
  processes: () => ({}),
  stop: async () => {},
  run: async () => ({ code: 1, stdout: "", stderr: "", output: "" }),
} as unknown as TestSandbox;

story(
  "a story",
  () => {
    it("comes first", () => {});

    describe("within", () => {
      before(() => Promise.reject(new Error("the arrangement fails")));
      it("is out of reach", () => {});
    });

    describe("and then", () => {
      it("comes last", () => {});
    });
  },
  { own },
);

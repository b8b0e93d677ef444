import assert from "node:assert/strict";
import { digestOf, REFUSED, refusedText } from "../../../automation/hold/index.ts";
import { readState } from "../../../automation/stack/index.ts";
import { declaredAgain, isPast, markedIn, rolledBack } from "../../../automation/update/rolledBack.ts";
import type { Plan } from "../../../packages/kro-preview/index.ts";
import type { LiveObject } from "../../../packages/live/index.ts";
import { type FakePulumi, fakePulumi, tellEvents } from "../stack/fakePulumi.ts";

const TYPE = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";
const URN = `urn:pulumi:dev::p::${TYPE}::shops`;
const shops = (kind: string) => ({ spec: { schema: { kind } } });
const [GOOD, BAD, MENDED] = [shops("Good"), shops("Bad"), shops("Mended")];
const refused = {
  digest: digestOf(BAD.spec),
  of: "p/dev",
  by: "me@here",
  at: "2026-01-01T00:00:00Z",
  why: "it broke.",
};
const LIVE: LiveObject = {
  ...{ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", ...GOOD },
  metadata: { name: "shops", creationTimestamp: "", annotations: { [REFUSED]: refusedText(refused) } },
};
const stateOf = (inputs: object) => ({ urn: URN, type: TYPE, id: "shops", custom: true, inputs: { ...inputs } });
const MANAGED = readState({ resources: [stateOf(GOOD)] }, "p", "dev");
const OBJECTS = new Map([[URN, LIVE]]);

describe("an update of an RGD of which a rollout went back from a definition", () => {
  const { PATH } = process.env;
  let pulumi: FakePulumi | undefined;
  let notes: string[] = [];
  afterEach(async () => {
    process.env.PATH = PATH;
    await pulumi?.remove();
    pulumi = undefined;
  });

  /** @param script - what the preview does. */
  async function causeBy(script: string, objects: ReadonlyMap<string, LiveObject> = OBJECTS) {
    pulumi = await fakePulumi({ preview: script });
    Object.assign(process.env, pulumi.env);
    notes = [];
    const look = { stack: "dev", cwd: pulumi.cwd, note: (text: string) => notes.push(text) };
    return rolledBack(MANAGED, objects, look);
  }
  const previews = (after: object) => {
    const metadata = { op: "update", urn: URN, type: TYPE, old: stateOf(GOOD), new: stateOf(after), diffs: ["spec"] };
    return tellEvents([{ resourcePreEvent: { metadata } }, { summaryEvent: { resourceChanges: {} } }]);
  };

  it("does not begin where the program declares that still, and says why it previews", async () => {
    const cause = await causeBy(previews(BAD));
    assert.match(cause!.message, /^the program declares a definition that was gone back from: .*it broke\. Every/);
    assert.match(notes.join(), /^A rollout of ResourceGraphDefinition shops went back .* a preview tells whether/);
    await pulumi!.remove();
    assert.equal(await causeBy(previews(MENDED)), undefined);
  });

  it("does not begin where the preview fails: nobody knows then", async () => {
    const { name, message } = (await causeBy("echo no network >&2\nexit 255"))!;
    assert.equal(name, "rolled-back");
    assert.match(message, /can't be told, as its preview fails: .*it broke\. .*--allow-rolled-back/);
  });

  it("previews nothing where nothing is noted", async () => {
    assert.equal(
      await causeBy("exit 255", new Map([[URN, { ...LIVE, metadata: { ...LIVE.metadata, annotations: {} } }]])),
      undefined,
    );
    assert.deepEqual(notes, []);
  });

  it("begins where its spec stays what it is", () => {
    const plan = (changed: readonly string[]) => ({ changes: [{ urn: URN, action: "update", after: BAD, changed }] });
    const marked = markedIn(MANAGED, OBJECTS);
    const causeOf = (changed: readonly string[]) => declaredAgain(plan(changed) as unknown as Plan, marked, "dev");
    assert.equal(causeOf(["spec", "metadata"])!.name, "rolled-back");
    assert.equal(causeOf(["metadata"]), undefined);
  });

  it("puts an end to the note where it has applied another, or that very one", () => {
    assert.equal(isPast(LIVE, GOOD, GOOD), false);
    assert.equal(isPast(LIVE, GOOD, GOOD, true), false, "nothing of it was applied");
    assert.equal(isPast(LIVE, GOOD, MENDED), true);
    assert.equal(isPast(LIVE, GOOD, BAD, true), true);
    assert.equal(isPast(LIVE, BAD, BAD), false);
  });
});

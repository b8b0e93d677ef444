import assert from "node:assert/strict";
import { REFUSED, ROLLOUT, type RolloutRecord, recordText, refusedBefore } from "../../../automation/hold/index.ts";
import { Halt, haltedBy } from "../../../automation/rollout/halt.ts";
import {
  assertUnchanged,
  beginRecord,
  ChangedMeanwhile,
  endRecord,
  TakenOver,
  takeOver,
  writeHalt,
  writeRecord,
} from "../../../automation/rollout/journal.ts";
import type { Place } from "../../../automation/rollout/place.ts";
import { clusterClient, type LiveObject } from "../../../packages/live/index.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const API = "kro.run/v1alpha1";
const KIND = "ResourceGraphDefinition";
const RECORD: RolloutRecord = {
  ...{ id: "1", driver: "me", of: "p/prod", by: "me@here", since: "2026-01-01T00:00:00Z", phase: "holding" },
  ...{ stages: ["3"], canary: [], ignored: [], soak: 1, timeout: 2, onFailure: "back", revision: 4 },
  inputs: { metadata: { name: "shops" } },
};

describe("what is noted of a rollout on its RGD", () => {
  let server: FakeApiServer;
  let place: Place;

  const put = (generation: number, record?: RolloutRecord, more: object = {}) =>
    server.put({
      apiVersion: API,
      kind: KIND,
      metadata: {
        ...{ name: "shops", generation },
        annotations: { ...(record && { [ROLLOUT]: recordText(record) }), ...more },
      } as never,
    });
  const live = async () => (await place.cluster.get({ apiVersion: API, kind: KIND, name: "shops" }))!;
  const noted = () =>
    server.patches.map(({ body }) => (body as LiveObject).metadata.annotations![ROLLOUT] as string | null);

  beforeEach(async () => {
    server = new FakeApiServer();
    const cluster = clusterClient(await server.start(), new AbortController().signal);
    place = { cluster, name: "shops" } as Place;
    server.serve(API, KIND, "resourcegraphdefinitions", false);
    put(1);
  });
  afterEach(() => server.stop());

  it("begins where the RGD is as it was looked at, and stays so until it is written", async () => {
    const seen = await live();
    assert.equal(await beginRecord(place, seen, RECORD), undefined);
    assert.deepEqual(noted(), [recordText(RECORD)]);
    const { metadata } = server.patches[0]!.body as { metadata: { resourceVersion?: string } };
    assert.equal(metadata.resourceVersion, (seen.metadata as { resourceVersion?: string }).resourceVersion);
  });

  it("does not begin where the RGD has changed since, or another rollout has begun", async () => {
    const seen = await live();
    put(2);
    assert.match((await beginRecord(place, seen, RECORD))!, /shops was changed since the plan was made/);
    put(1, { ...RECORD, driver: "you", by: "you@there" });
    assert.match(
      (await beginRecord(place, seen, RECORD))!,
      /another rollout of shops was begun meanwhile by you@there/,
    );
    assert.deepEqual(noted(), []);
  });

  it("is another's once that goes on with it: nothing is written over that", async () => {
    put(1, RECORD);
    const taken = await takeOver(place, "you", "back");
    assert.deepEqual(taken, { ...RECORD, driver: "you" });
    assert.deepEqual(noted(), [recordText(taken!)]);
    put(1, taken);
    await assert.rejects(writeRecord(place, { ...RECORD, phase: "staging" }), TakenOver);
    await assert.rejects(endRecord(place, RECORD), TakenOver);
    assert.equal(noted().length, 1);
  });

  it("is not begun anew by a halt where somebody has ended it", async () => {
    await writeHalt(place, { ...RECORD, why: "it broke" });
    assert.deepEqual(noted(), []);
    put(1, { ...RECORD, driver: "you" });
    await assert.rejects(writeHalt(place, RECORD), TakenOver);
    put(1, RECORD);
    await writeHalt(place, { ...RECORD, why: "it broke" });
    assert.deepEqual(noted(), [recordText({ ...RECORD, why: "it broke" })]);
  });

  it("spares a definition that a kro that is away, or somebody's change of the RGD, has halted", () => {
    const cause = (name: "kro-absent" | "image-pull") => new Halt({ name, object: "", message: "it broke" });
    assert.deepEqual(haltedBy(cause("image-pull"), "it broke"), { why: "it broke" });
    for (const error of [cause("kro-absent"), new ChangedMeanwhile("it broke")]) {
      assert.deepEqual(haltedBy(error, "it broke"), { why: "it broke", isSpared: true });
    }
  });

  it("keeps why it was halted, until somebody goes on with it", async () => {
    const halted: RolloutRecord = { ...RECORD, phase: "staging", why: "it broke", isSpared: true };
    for (const [record, direction, why] of [
      [halted, "back", "it broke"],
      [halted, "forward", undefined],
      [{ ...halted, phase: "back" }, "forward", "it broke"],
    ] as const) {
      put(1, record);
      const taken = await takeOver(place, "you", direction);
      assert.deepEqual([taken!.why, taken!.isSpared], [why, why && true]);
    }
  });

  it("lets kro take away what the change has added, on the way back, and no longer", async () => {
    const annotations = () => server.patches.map(({ body }) => (body as LiveObject).metadata.annotations as object);
    const ALLOW = "kro.run/allow-breaking-changes";
    const back: RolloutRecord = { ...RECORD, phase: "back" };
    await writeRecord(place, RECORD);
    await writeRecord(place, back);
    assert.deepEqual(annotations(), [
      { [ROLLOUT]: recordText(RECORD) },
      { [ROLLOUT]: recordText({ ...back, allows: true }), [ALLOW]: "true" },
    ]);
    put(1, { ...back, allows: true }, { [ALLOW]: "true" });
    await endRecord(place);
    assert.deepEqual(annotations().at(-1), { [ROLLOUT]: null, [ALLOW]: null });
    const own = { ...back, inputs: { metadata: { annotations: { [ALLOW]: "true" } } } };
    put(1, own, { [ALLOW]: "true" });
    await writeRecord(place, own);
    assert.deepEqual(annotations().at(-1), { [ROLLOUT]: recordText(own) }, "the definition's own stays");
    await endRecord(place);
    assert.deepEqual(annotations().at(-1), { [ROLLOUT]: null });
  });

  it("leaves what it went back from, until another definition is rolled out well", async () => {
    const last = () => (server.patches.at(-1)!.body as LiveObject).metadata.annotations! as Record<string, unknown>;
    const refused: RolloutRecord = { ...RECORD, phase: "back", refuses: "abc", why: "it broke.", generation: 2 };
    for (const record of [
      { ...refused, generation: undefined },
      { ...refused, isSpared: true },
    ]) {
      put(1, record);
      await endRecord(place);
      assert.deepEqual(last(), { [ROLLOUT]: null }, "no instance has had it, or it is not to blame");
    }
    put(1, refused);
    await endRecord(place);
    const noted = { [REFUSED]: String(last()[REFUSED]) };
    const { digest, why, of, by } = refusedBefore({ ...(await live()), metadata: { annotations: noted } } as never)!;
    assert.deepEqual([digest, why, of, by], ["abc", "it broke.", RECORD.of, RECORD.by]);
    put(1, RECORD, noted);
    await endRecord(place);
    assert.deepEqual(last(), { [ROLLOUT]: null }, "one that has changed nothing tells nothing of it");
    put(1, { ...RECORD, phase: "staging", refuses: "def" }, noted);
    await endRecord(place);
    assert.deepEqual(last(), { [ROLLOUT]: null, [REFUSED]: null });
  });

  it("is not of an RGD that somebody has changed meanwhile, but on the way back", async () => {
    const record: RolloutRecord = { ...RECORD, phase: "staging", generation: 2 };
    put(3, record);
    const found = await live();
    assert.throws(() => assertUnchanged(found, record), /somebody has changed the ResourceGraphDefinition shops/);
    assertUnchanged(found, { ...record, generation: 3 });
    assertUnchanged(found, { ...record, phase: "back" });
    assertUnchanged(found, RECORD);
  });

  it("is not said to have ended well where somebody else has ended it", async () => {
    await assert.rejects(endRecord(place, RECORD), /another command has ended this rollout/);
    await endRecord(place);
    assert.deepEqual(noted(), []);
  });
});

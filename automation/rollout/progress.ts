import type { LiveObject } from "../../packages/live/index.ts";
import { markOf } from "../hold/index.ts";
import { idOf } from "./place.ts";
import type { StageReport } from "./report.ts";

/** How far each stage has come. */
export class Progress {
  #stages: readonly StageReport[] = [];

  get stages(): readonly StageReport[] {
    return this.#stages;
  }

  /** @param stages - each a list of `namespace/name`, of which none is let go yet. */
  begin(stages: readonly (readonly string[])[]): void {
    this.#stages = stages.map((instances, i) => ({ stage: i + 1, instances, state: "untouched" }));
  }

  /** What a killed run had come to. */
  goOn(held: readonly LiveObject[], due: readonly LiveObject[]): void {
    const byStage = Map.groupBy(held, (one) => markOf(one)!.stage);
    const stages = [...byStage].toSorted(([a], [b]) => a - b);
    this.#stages = [
      ...(due.length > 0 ? [{ stage: 0, instances: due.map(idOf), state: "failed" as const }] : []),
      ...stages.map(([stage, instances]) => ({ stage, instances: instances.map(idOf), state: "untouched" as const })),
    ];
  }

  /** Those that are let go have failed until they are seen to be well, whatever ends that. */
  touch(due: readonly LiveObject[]): void {
    const names = new Set(due.map(idOf));
    this.#stages = this.#stages.map((stage) =>
      stage.state === "untouched" && stage.instances.some((one) => names.has(one))
        ? { ...stage, state: "failed" }
        : stage,
    );
  }

  /** All that are not held are well. */
  verify(held: readonly LiveObject[]): void {
    const isHeld = new Set(held.map(idOf));
    this.#stages = this.#stages.map((stage) =>
      stage.instances.some((one) => isHeld.has(one)) ? stage : { ...stage, state: "verified" },
    );
  }
}

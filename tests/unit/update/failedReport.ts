import type { UpdateReport } from "../../../automation/update/report.ts";

/** Of an update that failed for no reason that is known. */
export const FAILED: UpdateReport = {
  ...{ version: 1, command: "up", project: "p", stack: "dev", result: "failed", changes: {}, outputs: {} },
  ...{ drift: [], instances: [], healed: [], seconds: 1 },
};

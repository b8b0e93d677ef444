import { another, fullDisk, life, stuckNamespace } from "./kit/index.ts";

for (const fault of [stuckNamespace, fullDisk, another]) life(`a life with ${fault.name}`, [fault]);

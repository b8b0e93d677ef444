import { CLUSTER, life } from "./kit/index.ts";

for (const fault of CLUSTER) life(`a life in which ${fault.name}`, [fault]);

import { CLOUD, life } from "./kit/index.ts";

for (const fault of CLOUD) life(`a life in which ${fault.name}`, [fault]);

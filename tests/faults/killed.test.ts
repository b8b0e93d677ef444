import { everything, KILLS, life } from "./kit/index.ts";

for (const fault of KILLS) life(`a life with ${fault.name}`, [fault]);

// At other moments, thirty and more.
for (let n = 1; n <= 4; n++) life(`a life that is killed, ${n}`, [everything]);

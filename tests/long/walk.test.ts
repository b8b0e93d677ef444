import { walk } from "../e2e/carts/walk.ts";

/** Of the steps; another gives others. */
const seed = Number(process.env.WALK_SEED ?? 20);

walk("many updates that fail, each gone on with or taken back", { steps: 30, seed });

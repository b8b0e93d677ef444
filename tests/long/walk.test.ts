import { walk } from "../e2e/carts/walk.ts";

walk("many updates that fail, and are gone on with or taken back", { steps: 30, seed: 20 });

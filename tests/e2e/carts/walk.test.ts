import { walk } from "./walk.ts";

walk("updates that fail, and are gone on with or taken back", { steps: 6, seed: 839 });

import { walk } from "./walk.ts";

walk("updates that fail, each gone on with or taken back", { steps: 6, seed: 839 });

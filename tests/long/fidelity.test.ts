import { featureTests, randomTests } from "../e2e/fidelity/widely.ts";
import { letKro, story } from "../e2e/kit/index.ts";

/** Another gives other RGDs. */
const seed = Number(process.env.FIDELITY_SEED ?? 7);
const count = Number(process.env.FIDELITY_RGDS ?? 300);

const tests = () => {
  before(() => letKro({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }));
  featureTests();
  randomTests(count, seed);
};

story("what is rendered is what kro makes, far and wide", tests, { goesOn: true });

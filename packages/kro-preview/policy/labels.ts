import type { PolicyRule } from "./rule.ts";

export const requiredLabels: PolicyRule = {
  id: "required-labels",
  meaning: "children have the labels of `policy.labels`; none is demanded until some are named",
  default: "error",
  source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
  check({ look }, { labels }) {
    const own = look.at("metadata", "labels");
    const missing = labels.filter((label) => own.at(label).is((value) => value === undefined || value === ""));
    const [noun, verb] = missing.length === 1 ? ["label", "is"] : ["labels", "are"];
    return missing.length > 0 ? [{ message: `the ${noun} ${missing.join(", ")} ${verb} missing`, path: own.path }] : [];
  },
};

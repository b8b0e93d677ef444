import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import { Chart } from "@pulumi/kubernetes/helm/v4/chart.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { Config, type Output } from "@pulumi/pulumi";

const provider = new Provider("cluster", { context: "carts-sandbox" });
const chart = `${import.meta.dirname}/chart`;

/** Of a namespace that is there, where config `what` is "get". */
export let labels: Output<Record<string, string>> | undefined;

switch (new Config().require("what")) {
  case "get":
    labels = Namespace.get("found", "found", { provider }).metadata.labels;
    break;
  case "release":
    new Release("release", { name: "released", chart, values: { greeting: "hello" } }, { provider });
    break;
  case "chart":
    new Chart("chart", { chart }, { provider });
    break;
}

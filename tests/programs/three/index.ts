import type { ResourceTransform } from "@pulumi/pulumi";
import { API_VERSION, accessCluster, CartsApi, CartsStack, KIND } from "../../../components/index.ts";
import { readConfig } from "../../../config.ts";

const { carts, cluster } = readConfig();
const { provider } = await accessCluster(cluster);
const opts = { providers: { kubernetes: provider } };
// All instances are this program's own, and go before it.
const { definitionName: api } = new CartsApi("api", {}, { ...opts, protect: false });
const labelled: ResourceTransform = ({ type, props, opts }) =>
  type === `kubernetes:${API_VERSION}:${KIND}`
    ? { props: { ...props, metadata: { ...props.metadata, labels: { team: "shop" } } }, opts }
    : undefined;
for (const instanceName of ["carts", "blue", "green"]) {
  new CartsStack(instanceName, { ...carts, instanceName, api }, { ...opts, transforms: [labelled] });
}

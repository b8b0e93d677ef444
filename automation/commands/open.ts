import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Command, Option } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import { interrupted, UserError } from "../../packages/console/index.ts";
import type { ClusterChoice } from "../../packages/live/index.ts";
import { SERVICES } from "../open/index.ts";
import { type StackOptions, stackCommand, withCluster } from "./options.ts";
import { toPort } from "./values.ts";

interface Options extends StackOptions, ClusterChoice {
  readonly service: (typeof SERVICES)[number];
  readonly port: number;
}

/** `carts open`: the carts service, or the shop's ui, on a port of this machine. */
export const openCommand = (): Command =>
  withCluster(stackCommand("open", "ui.md"))
    .summary("forward a port of this machine to the carts service or to the ui")
    .description(
      "Forwards a port of this machine to a ready pod of the service, as `kubectl port-forward` does, and prints the " +
        "address. Ctrl-C ends it.",
    )
    .addOption(new Option("--service <name>", "what to open").choices(SERVICES).default("carts"))
    .option("--port <number>", "of this machine; 0 for any that is free", toPort, 8080)
    .addHelpText("after", "\nExit codes: 0 ended by Ctrl-C, 1 an error.")
    .action(open);

async function open(options: Options): Promise<void> {
  const { kubeConfigOf, readState, selectStack } = await import("../stack/index.ts");
  const { forward, findTarget, serviceOf } = await import("../open/index.ts");
  const { stack, project, state } = await selectStack(options);
  const managed = readState(state, project, stack.name);
  const service = serviceOf(managed, stack.name, options.service);
  const config = await kubeConfigOf(managed.revealed, options).catch((error: Error) => {
    throw new UserError(`cannot reach the cluster: ${error.message}`);
  });
  const { pod, port } = await findTarget(config, service);
  const server = await forward(config, service, options.port, (problem) => console.error(`warning: ${problem}`));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeResult(options.json ? `${JSON.stringify({ url, ...service, pod, podPort: port })}\n` : `${url}\n`);
  console.error(
    `forwarding to port ${port} of pod ${pod}, service ${service.namespace}/${service.name}; Ctrl-C ends it`,
  );
  if (!interrupted.aborted) await once(interrupted, "abort");
}

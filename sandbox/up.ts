import { mkdirSync, writeFileSync } from "node:fs";
import { ackControllers } from "./ackController.ts";
import { awkwardness } from "./awkward.ts";
import { fillBinFolder } from "./binFolder.ts";
import { Cluster, writeAuditPolicy } from "./cluster.ts";
import { writeCredentials } from "./credentials.ts";
import { settings } from "./environment.ts";
import { interrupted } from "./interrupt.ts";
import { type Obtained, obtain } from "./obtain.ts";
import type { Part } from "./parts.ts";
import { paths } from "./paths.ts";
import { choosePorts } from "./ports.ts";
import { say, seconds, step } from "./progress.ts";
import { controllers, foundation, portNames } from "./services.ts";
import { ensureStack, stackUp } from "./stack.ts";
import { loadState, type State, saveState } from "./state.ts";
import { Supervisor } from "./supervisor.ts";
import { partsTable } from "./table.ts";

/**
 * Brings the sandbox, and on it the program, to where they should be, whatever is there already. When the sandbox cannot
 * start, or on Ctrl-C, what this command started is stopped; a failed `pulumi up` leaves it running, to look at it.
 * @param runProgram - whether to run `pulumi up`
 * @param begun - when the user's command began, in milliseconds since 1970
 */
export async function up(runProgram: boolean, begun: number): Promise<void> {
  // A wrong setting is told before anything is done.
  awkwardness();
  const state = loadState();
  const supervisor = new Supervisor(state);
  const stopStarted = async (error: unknown): Promise<never> => {
    await supervisor.stop("started here");
    throw error;
  };
  // It saves its state when it is stopped, and only then: the rest must look again at what there is.
  const awsForgot = supervisor.hasDied("aws-endpoint");
  if (awsForgot) await supervisor.stop([...ackControllers, "pod-identity"]);
  const cluster = await startSandbox(state, supervisor, begun).catch(stopStarted);
  if (awsForgot) await cluster.settled().catch(stopStarted);
  if (!runProgram) return;
  const startedAt = Date.now();
  await stackUp(state, awsForgot).catch((error) => (interrupted.aborted ? stopStarted(error) : Promise.reject(error)));
  say(`\npulumi up took ${seconds(Date.now() - startedAt)}; from command to ACTIVE: ${seconds(Date.now() - begun)}`);
  say(whatNext);
}

async function startSandbox(state: State, supervisor: Supervisor, begun: number): Promise<Cluster> {
  const obtained = await obtain(awkwardness().identity);
  state.parts = [...obtained.parts, ...ownParts];
  const obtainedAt = Date.now();
  say(`\n${partsTable(state.parts)}\n`);

  state.ports = await choosePorts(portNames, state.ports, (name) => supervisor.isRunning(name));
  prepareFolder(state, obtained);
  const cluster = new Cluster(obtained.programs.kubectl!, state);
  await step("starting the cluster and the AWS endpoint", (detail) =>
    start(obtained, cluster, state, supervisor, detail),
  );
  say(`parts obtained in ${seconds(obtainedAt - begun)}, sandbox started in ${seconds(Date.now() - obtainedAt)}`);
  return cluster;
}

function prepareFolder(state: State, obtained: Obtained): void {
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = settings(state);
  for (const folder of [paths.logs, paths.pulumiHome, paths.pulumiState]) mkdirSync(folder, { recursive: true });
  for (const file of [AWS_CONFIG_FILE!, AWS_SHARED_CREDENTIALS_FILE!]) writeFileSync(file, "");
  writeCredentials(state.ports["kube-apiserver"]!, state.ports["eks-authenticator"]!);
  writeAuditPolicy();
  fillBinFolder(obtained);
  for (const { install } of obtained.plugins) install();
  saveState(state);
}

/** Each thing starts as soon as what it needs is there; the stack is made meanwhile. */
async function start(
  obtained: Obtained,
  cluster: Cluster,
  state: State,
  supervisor: Supervisor,
  detail: (text: string) => void,
): Promise<void> {
  const first = foundation(obtained, state.ports);
  const others = controllers(obtained, state.ports);
  const left = ackControllers.filter((name) => !others.some((service) => service.name === name));
  await supervisor.stop(left);
  for (const service of first) await supervisor.start(service);
  const stack = ensureStack(state);
  const answering = first.map((service) => supervisor.ready(service));
  // Awaited below; until then their failures must not count as nobody's.
  for (const promise of [stack, ...answering]) promise.catch(() => {});

  detail("waiting for the API server");
  await Promise.all(answering.slice(0, 2));
  const waitsForDefinitions = new Set<string>(["kwok", "kro", ...ackControllers]);
  for (const service of others.filter(({ name }) => !waitsForDefinitions.has(name))) await supervisor.start(service);
  detail("defining the resources of kro, ACK and kwok");
  await Promise.all([cluster.applyDefinitions(obtained), ...answering]);
  for (const service of others.filter(({ name }) => waitsForDefinitions.has(name))) await supervisor.start(service);
  await cluster.applyObjects(obtained);
  detail("waiting for the controllers");
  await Promise.all([stack, cluster.ready(), ...answering, ...others.map((service) => supervisor.ready(service))]);
}

const ownParts: Part[] = [
  {
    name: "EKS Pod Identity",
    version: "-",
    service: "pod-identity",
    kind: "stand-in",
    source: "an admission policy of the API server, in place of EKS's webhook",
  },
  {
    name: "EKS authenticator",
    version: "-",
    service: "eks-authenticator",
    kind: "stand-in",
    source: "a webhook of the API server: whose a token of aws eks get-token is, and who kro is",
  },
  {
    name: "containers",
    version: "-",
    service: "containers",
    kind: "stand-in",
    source: "none runs: a process says which crash for want of AWS credentials",
  },
  { name: "node", version: process.versions.node, kind: "real", source: process.execPath },
];

const whatNext = `
What to try next:
  eval "$(npm run --silent sandbox:env)"      a shell where kubectl, aws and pulumi talk to the sandbox
  kubectl get cartsstacks,tables,pods -A      what kro and ACK made
  aws dynamodb list-tables                    what is in the account
  npx carts verify                            whether all of it is there and works
  pulumi preview                              no changes
  npm run sandbox:status                      what runs, and how it is
  npm run sandbox:down                        stop it; its data stays for the next start`;

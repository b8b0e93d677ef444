import type { Probe } from "../probe.ts";
import { account, region, rolesQuota } from "./account.ts";
import { ackKinds, ackPermissions, ackRole, ackRunning } from "./ack.ts";
import { apiServer } from "./apiServer.ts";
import { definition } from "./definition.ts";
import { eksCluster, sameCluster } from "./eks.ts";
import { held } from "./held.ts";
import { kroInstalled, kroRunning, kroVersion } from "./kro.ts";
import { kroPermissions } from "./kroPermissions.ts";
import { node, plugins, pulumi } from "./machine.ts";
import { NAMES } from "./names.ts";
import { agent, trial, webhook } from "./podIdentity.ts";
import { type Opened, stateBackend, stateLock } from "./state.ts";

/** Every question, in the order in which their findings are shown. */
export const probesOf = (opened: Opened): readonly Probe[] => [
  ...[node, pulumi, plugins],
  ...[stateBackend(opened), stateLock(opened)],
  ...[account, region],
  ...[eksCluster, sameCluster],
  apiServer,
  ...[kroInstalled, kroRunning, kroVersion, kroPermissions],
  ...[ackKinds, ackRunning, ackRole, ackPermissions],
  ...[agent, webhook, trial],
  definition,
  held,
  ...NAMES,
  rolesQuota,
];

/** The questions that `up` asks as well, before it begins. */
export const EARLY: readonly Probe[] = [
  account,
  sameCluster,
  kroInstalled,
  kroRunning,
  kroPermissions,
  ackKinds,
  ackRunning,
];

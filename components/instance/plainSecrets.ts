import { type Input, isSecret, log, output, type Resource } from "@pulumi/pulumi";
import { type Given, isLater, whenOver } from "../given.ts";

type Environment = Readonly<Record<string, Input<string>>>;

/**
 * Warns of environment variables that are secret in Pulumi: kro and Kubernetes have them in plain text. It names them, once,
 * and shows no value.
 */
export async function tellPlainSecrets(environment: Given<Environment>, parent: Resource): Promise<void> {
  const names = await secretNames(environment);
  if (names.length === 0) return;
  await log.warn(
    `${names.join(", ")}: secret here, but in plain text in the cluster, in the CartsStack and in the Deployment, for whoever ` +
      "may read these. Put it into a Secret of the namespace, and name that in environmentFrom instead",
    parent,
  );
}

/** Paths of the variables that are secret; `environment` alone where their names aren't known yet. */
async function secretNames(environment: Given<Environment>): Promise<string[]> {
  const pathOf = (name: string) => `environment.${name}`;
  if (isLater(environment)) {
    const whole = output(environment);
    if (!(await isSecret(whole))) return [];
    const names = Object.keys(((await whenOver(whole)) ?? {}) as Environment).map(pathOf);
    return names.length > 0 ? names : ["environment"];
  }
  const secrets = Object.entries(environment).map(
    async ([name, value]) => [name, await isSecret(output(value))] as const,
  );
  return (await Promise.all(secrets)).flatMap(([name, secret]) => (secret ? [pathOf(name)] : []));
}

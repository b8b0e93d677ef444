import { StandInError } from "./standInError.ts";

/** The AWS services that the stand-in calls. */
export type Service = "iam" | "eks" | "sts" | "dynamodb" | "ec2";

const remedy =
  "This plugin stands in for the official one in the sandbox and never talks to AWS. In the sandbox's shell " +
  '(eval "$(npm run --silent sandbox:env)") AWS_ENDPOINT_URL is set; for a real account, install the official plugin: ' +
  "pulumi plugin install resource aws";

/**
 * The URL of a service: the provider's `endpoints`, else AWS_ENDPOINT_URL_<SERVICE>, else AWS_ENDPOINT_URL.
 * Throws when there is none, or when it is not on this machine.
 */
export function endpointOf(service: Service, configured: Readonly<Record<string, string>>): string {
  const { env } = process;
  const url = configured[service] || env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL;
  if (!url) throw new StandInError(`no endpoint for ${service} is configured. ${remedy}`);
  requireLoopback(service, url);
  return url;
}

/** Throws unless the URL's host is a loopback address. */
export function requireLoopback(service: string, url: string): void {
  const host = URL.parse(url)?.hostname ?? "";
  if (/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host)) return;
  throw new StandInError(`the endpoint of ${service}, ${JSON.stringify(url)}, is not on this machine. ${remedy}`);
}

import type { AwsSettings } from "../../packages/aws/index.ts";
import { AWS_KEYS, nameOfUrn, providerOfAws } from "../stack/index.ts";
import { NotChecked } from "./finding.ts";
import type { Known } from "./ground.ts";

/** Keys of a stack's config, without `aws:`, that have Pulumi's AWS provider ask as a role that it takes on. */
const ASSUMES = ["assumeRoles", "assumeRole", "assumeRoleWithWebIdentity"] as const;

/** How AWS is asked. */
export interface AskedAws {
  readonly settings: AwsSettings;
  /** Such as `aws:assumeRoles`: what the provider does, and nobody does here. */
  readonly assumes: string | undefined;
}

/** As options say, else as the provider of the stack's resources in AWS is set up, or the config for the default one. */
export function askedAws(known: Known): AskedAws {
  const { stack, region } = known;
  const provider = providerOfAws(stack?.managed?.resources ?? []);
  const isDefault = provider === undefined || nameOfUrn(provider.urn).startsWith("default");
  const settingOf = (key: string): unknown =>
    (isDefault ? stack?.config[`aws:${key}`] : undefined) ?? provider?.revealed[key];
  const texts = AWS_KEYS.flatMap((key) => {
    const value = settingOf(key);
    return typeof value === "string" ? [[key, value]] : [];
  });
  const assumes = ASSUMES.find(
    (key) => !["undefined", "[]", "{}", '""'].includes(String(JSON.stringify(settingOf(key)))),
  );
  return {
    settings: { ...Object.fromEntries(texts), ...(region !== undefined && { region }) },
    assumes: assumes && `aws:${assumes}`,
  };
}

/** A client of AWS, of which whatever is asked is not checked where the stack's provider asks as somebody else. */
export function unlessAssumed<T extends object>({ assumes }: AskedAws, client: T): T {
  if (assumes === undefined) return client;
  const refuse = async (): Promise<never> => {
    throw new NotChecked(
      `${assumes} has Pulumi's provider take on a role, which is not taken on here`,
      "take the role on first, by a profile that has it (`role_arn` in ~/.aws/config), and name that with aws:profile in its place",
    );
  };
  return Object.fromEntries(Object.keys(client).map((name) => [name, refuse])) as T;
}

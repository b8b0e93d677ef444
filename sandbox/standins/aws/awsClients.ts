import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { EKS } from "@aws-sdk/client-eks";
import type { IAM } from "@aws-sdk/client-iam";
import type { STS } from "@aws-sdk/client-sts";
import { toAwsError } from "./awsError.ts";
import { endpointOf, type Service } from "./endpoint.ts";
import type { ProviderConfig } from "./providerConfig.ts";

/** As the official provider, which calls its setting `maxRetries` and counts the first attempt too. */
const defaultAttempts = 25;

/** The AWS API clients, each loaded and made when first used. Their errors are worded by {@link toAwsError}. */
export class AwsClients {
  readonly #config: ProviderConfig;
  readonly #eksByRegion = new Map<string, Promise<EKS>>();
  #dynamodb?: Promise<DynamoDB>;
  #iam?: Promise<IAM>;
  #sts?: Promise<STS>;

  constructor(config: ProviderConfig) {
    this.#config = config;
  }

  dynamodb(): Promise<DynamoDB> {
    this.#dynamodb ??= this.#make(
      "dynamodb",
      async (options) => new (await import("@aws-sdk/client-dynamodb")).DynamoDB(options),
    );
    return this.#dynamodb;
  }

  iam(): Promise<IAM> {
    this.#iam ??= this.#make("iam", async (options) => new (await import("@aws-sdk/client-iam")).IAM(options));
    return this.#iam;
  }

  sts(): Promise<STS> {
    this.#sts ??= this.#make("sts", async (options) => new (await import("@aws-sdk/client-sts")).STS(options));
    return this.#sts;
  }

  /**
   * Asks EC2, and gives its answer's XML. Its SDK is the largest there is, for the two questions that come.
   *
   * @param params - of the query API, such as `Filter.1.Name`.
   */
  async ec2(action: string, params: Readonly<Record<string, string>>): Promise<string> {
    const url = endpointOf("ec2", this.#config.endpoints);
    const { hostname, port, host, protocol } = new URL(url);
    const body = new URLSearchParams({ Action: action, Version: "2016-11-15", ...params }).toString();
    // STS speaks the same protocol, and a client signs for the name that its config has first.
    const { STS } = await import("@aws-sdk/client-sts");
    const { region, credentials } = this.#config;
    const { signer } = new STS({ region, credentials, ...{ signingName: "ec2" } }).config;
    const headers = { host, "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const request = { method: "POST", protocol, hostname, port: Number(port), path: "/", query: {}, headers, body };
    const signed = await (await signer()).sign(request as never);
    const { host: _, ...sent } = signed.headers as Record<string, string>;
    const response = await fetch(url, { method: "POST", headers: sent, body });
    const answer = await response.text();
    if (!response.ok) throw new Error(`operation error EC2: ${action}, StatusCode: ${response.status}, ${answer}`);
    return answer;
  }

  /** EKS in a region other than the provider's when one is given. */
  eks(region = this.#config.region): Promise<EKS> {
    let client = this.#eksByRegion.get(region);
    if (!client) {
      client = this.#make(
        "eks",
        async (options) => new (await import("@aws-sdk/client-eks")).EKS({ ...options, region }),
      );
      this.#eksByRegion.set(region, client);
    }
    return client;
  }

  async #make<Client extends object>(service: Service, make: (options: Options) => Promise<Client>): Promise<Client> {
    const { region, credentials, endpoints, maxRetries } = this.#config;
    const endpoint = endpointOf(service, endpoints);
    const maxAttempts = maxRetries || defaultAttempts;
    // All that the SDK would otherwise look up in the user's AWS config files.
    const client = await make({
      region,
      credentials,
      endpoint,
      maxAttempts,
      retryMode: "standard",
      defaultsMode: "standard",
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
    });
    return withWordedErrors(client, service === "dynamodb" ? "DynamoDB" : service.toUpperCase(), endpoint, maxAttempts);
  }
}

interface Options {
  readonly region: string;
  readonly credentials: ProviderConfig["credentials"];
  readonly endpoint: string;
  readonly maxAttempts: number;
  readonly retryMode: "standard";
  readonly defaultsMode: "standard";
  readonly useDualstackEndpoint: boolean;
  readonly useFipsEndpoint: boolean;
}

function withWordedErrors<Client extends object>(
  client: Client,
  service: string,
  endpoint: string,
  maxAttempts: number,
): Client {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function" || typeof name !== "string") return member;
      return async (...args: unknown[]) => {
        try {
          return await member.apply(target, args);
        } catch (error) {
          const operation = name.charAt(0).toUpperCase() + name.slice(1);
          throw toAwsError(error, { service, operation, endpoint, maxAttempts });
        }
      };
    },
  });
}

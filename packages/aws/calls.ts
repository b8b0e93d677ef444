import pLimit from "p-limit";
import { UserError } from "../console/index.ts";
import { ApiError } from "../live/index.ts";

/** How the stack's own AWS provider is set up, as far as it says who asks, and where. */
export interface AwsSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly token?: string;
}

/** What a call may take. */
export interface AwsLimits {
  /** How often it is tried. */
  readonly attempts: number;
  /** Seconds until a connection must be there. */
  readonly connect: number;
  /** Seconds until one attempt must be answered. */
  readonly request: number;
  /** Seconds for all of it, the search for credentials included. */
  readonly call: number;
}

/** What is usual. */
export const LIMITS: AwsLimits = { attempts: 3, connect: 5, request: 10, call: 25 };

/**
 * How many calls go on at a time; the others wait, and their time begins when it is their turn. IAM and EKS let an account
 * have few calls a second, and hundreds of instances are hundreds of them.
 */
const AT_A_TIME = 10;

/** What every client of the SDK is made with. */
function configOf(
  { region, profile, accessKey, secretKey, token }: AwsSettings,
  { attempts, connect, request }: AwsLimits,
) {
  const keys =
    accessKey && secretKey ? { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken: token } : undefined;
  // Pulumi's provider and the AWS CLI know AWS_DEFAULT_REGION, the SDK does not.
  const place = region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  return {
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connect * 1000,
      requestTimeout: request * 1000,
      throwOnRequestTimeout: true,
    },
    ...(place && { region: place }),
    ...(profile && { profile }),
    ...(keys && { credentials: keys }),
  };
}

/** What is made of a module, once, when it is first asked for. */
function loaded<M, T>(load: () => Promise<M>, make: (module: M) => T): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= load().then(make, () => {
      throw new UserError("the packages @aws-sdk/client-dynamodb, -eks, -iam and -sts are not installed");
    });
    return made;
  };
}

/**
 * The SDK's clients, each loaded when it is first asked for, and how one of its calls is made.
 *
 * @param signal - ends every call.
 */
export function sdkClients(settings: AwsSettings, signal: AbortSignal, limits: AwsLimits) {
  const config = configOf(settings, limits);
  const call = () => inTurn(signal, limits.call);
  return {
    dynamodb: loaded(
      () => import("@aws-sdk/client-dynamodb"),
      (sdk) => ({ sdk, client: new sdk.DynamoDBClient(config), call: call() }),
    ),
    eks: loaded(
      () => import("@aws-sdk/client-eks"),
      (sdk) => ({ sdk, client: new sdk.EKSClient(config), call: call() }),
    ),
    iam: loaded(
      () => import("@aws-sdk/client-iam"),
      (sdk) => ({ sdk, client: new sdk.IAMClient(config), call: call() }),
    ),
    sts: loaded(
      () => import("@aws-sdk/client-sts"),
      (sdk) => ({ sdk, client: new sdk.STSClient(config), call: call() }),
    ),
  };
}

/** A call, which gets what ends it. */
type Send<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/**
 * Makes the calls of one service, few at a time. Where it has answered nothing while one had its time, nobody waits for the
 * others.
 */
function inTurn(signal: AbortSignal, seconds: number): <T>(send: Send<T>) => Promise<T | undefined> {
  const turns = pLimit({ concurrency: AT_A_TIME, rejectOnClear: true });
  let heard = Number.NEGATIVE_INFINITY;
  let silence: unknown;
  return async <T>(send: Send<T>) => {
    const turn = async () => {
      const since = performance.now();
      try {
        const answer = await withinTime(send, signal, seconds);
        heard = performance.now();
        return answer;
      } catch (error) {
        if (error instanceof ApiError) heard = performance.now();
        if (heard < since) {
          silence = error;
          turns.clearQueue();
        }
        throw error;
      }
    };
    return turns(turn).catch((error: Error) => {
      throw error.name === "AbortError" ? silence : error;
    });
  };
}

/** How AWS says that there is no such thing. */
const NOT_FOUND = new Set(["ResourceNotFoundException", "NoSuchEntityException", "NoSuchEntity"]);
const FORBIDDEN = /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/;

interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The answer to a call with all that it takes, a look for credentials included; undefined for what is not there. */
async function withinTime<T>(send: Send<T>, signal: AbortSignal, seconds: number): Promise<T | undefined> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(abortSignal.reason);
  abortSignal.addEventListener("abort", stop);
  try {
    abortSignal.throwIfAborted();
    return await Promise.race([send({ abortSignal }), stopped.promise]);
  } catch (error) {
    if (abortSignal.aborted) throw new Error(signal.aborted ? "interrupted" : `AWS did not answer within ${seconds} s`);
    const { name, message, $metadata } = error as AwsError;
    if (NOT_FOUND.has(name)) return undefined;
    // Of a connection, the message may be empty.
    const text = `AWS: ${[name, message].filter(Boolean).join(": ")}`;
    const status = $metadata?.httpStatusCode;
    throw status === undefined ? new Error(text) : new ApiError(text, status, FORBIDDEN.test(name));
  } finally {
    abortSignal.removeEventListener("abort", stop);
  }
}

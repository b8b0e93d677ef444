export { type AwsClient, type AwsSettings, awsClient } from "./awsClient.ts";
export { comparablePolicies, samePolicy } from "./policyDocument.ts";
export { preloadAws } from "./preload.ts";

export { type AwsClient, type AwsSettings, awsClient } from "./awsClient.ts";
export { preloadAws } from "./preload.ts";

export { type AwsClient, awsClient } from "./awsClient.ts";
export { type AwsPlatform, awsPlatform } from "./awsPlatform.ts";
export type { AwsSettings } from "./calls.ts";
export { preloadAws } from "./preload.ts";

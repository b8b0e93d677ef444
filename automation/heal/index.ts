export { VARIABLES, withoutCredentials } from "./credentials.ts";
export { restart } from "./restart.ts";
export { tooEarly } from "./tooEarly.ts";
export { newPodsHaveCredentials, tryPod } from "./trial.ts";

/** For sandboxes whose tests aren't about how awkward AWS is: what takes a while there takes no time here. */
export const shortened: Readonly<Record<string, string>> = { SANDBOX_LAGS: "short" };

/** As in `npm run sandbox`: for sandboxes whose tests are about it. */
export const real: Readonly<Record<string, string>> = { SANDBOX_LAGS: "real" };

// Loaded into every Node process of a measured command: notes of the `carts` command itself its peak memory, and what it
// asks the API server and AWS.
import diagnostics from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";

if (/automation[/\\]carts\.mjs$/.test(process.argv[1] ?? "")) {
  const asked = { kubernetes: 0, watches: 0, aws: 0 };
  const count = (path) => {
    const { pathname, searchParams } = new URL(path, "http://x");
    if (!/^\/apis?(\/|$)/.test(pathname)) asked.aws++;
    else if (searchParams.has("watch")) asked.watches++;
    else asked.kubernetes++;
  };
  diagnostics.subscribe("http.client.request.start", ({ request }) => count(request.path));
  diagnostics.subscribe("undici:request:create", ({ request }) => count(request.path));
  process.on("exit", () => {
    const megabytes = process.resourceUsage().maxRSS / 1024;
    appendFileSync(process.env.BENCH_COMMANDS, `${JSON.stringify({ megabytes, ...asked })}\n`);
  });
}
